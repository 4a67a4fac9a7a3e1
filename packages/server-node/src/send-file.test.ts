import { fileOf, markFile } from '@fsgi/core'
import { lint } from '@fsgi/core/lint'
import { expect, test } from 'vitest'
import { head, testServer } from './fixtures/test-server.ts'
import { later } from './fixtures/later.ts'
import type { App, FileBody } from '@fsgi/core'

const get = head('GET / HTTP/1.1', 'Host: h', 'Connection: close')
const BYTES = new Uint8Array(1_000_000).map((_, index) => (index * 31) % 251)

interface Seen {
  /** What was asked for: offset and length. */
  readonly reads: [number, number][]
  cancelled: unknown[]
  pulled: number
}

/** A body in a file whose stream must not be read. `given` is how much there is really. */
function inFile(size: number, given = size): { app: App; seen: Seen } {
  const seen: Seen = { reads: [], cancelled: [], pulled: 0 }
  const file: FileBody = {
    size,
    async read(buffer, offset) {
      seen.reads.push([offset, buffer.length])
      const part = BYTES.subarray(offset, Math.min(offset + buffer.length, offset + 100_000, given))
      buffer.set(part)
      return part.length
    },
  }
  const app: App = () => {
    const stream = new ReadableStream(
      { pull: () => void seen.pulled++, cancel: (reason) => void seen.cancelled.push(reason) },
      { highWaterMark: 0 },
    )
    return new Response(markFile(stream, file), { headers: { 'content-type': 'application/octet-stream' } })
  }
  return { app, seen }
}

test.each([1, 99_999, 100_000, 1_000_000])(
  'S31: %d bytes come from the file, and the stream is cancelled',
  async (size) => {
    const { app, seen } = inFile(size)
    const server = await testServer(lint(app))
    const response = await fetch(server.url)
    expect(response.headers.get('content-length')).toBe(String(size))
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), BYTES.subarray(0, size))).toBe(0)
    await later(() => seen.cancelled.length === 1)
    expect(seen.pulled).toBe(0)
    expect(seen.reads.every(([, length]) => length <= 256 * 1024)).toBe(true)
    expect((await fetch(server.url)).status).toBe(200) // on the same connection
    expect(server.reported).toEqual([])
  },
)

test('a HEAD request reads nothing', async () => {
  const { app, seen } = inFile(5)
  const server = await testServer(app)
  expect(await server.exchange(get.replace('GET', 'HEAD'))).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/)
  await later(() => seen.cancelled.length === 1)
  expect(seen.reads).toEqual([])
})

test('S23: a file that has become shorter breaks the connection off', async () => {
  const { app, seen } = inFile(1_000_000, 300_000)
  const server = await testServer(app)
  const client = server.client().send(get)
  expect((await client.untilClosed()).length).toBeLessThan(1_000_000)
  expect(server.reported.map(String)).toEqual([
    'TypeError: [fsgi S23] the body ended after 300000 bytes but content-length says: 1000000',
  ])
  expect(seen.cancelled).toHaveLength(1)
})

test('S23: a length that is not the file’s is an error', async () => {
  const { app, seen } = inFile(10)
  const server = await testServer(async (request, context) => {
    const response = await app(request, context)
    response.headers.set('content-length', '11')
    return response
  })
  expect(await server.exchange(get)).not.toContain('200')
  expect(server.reported.map(String)).toEqual(['TypeError: [fsgi S23] the body is 10 bytes but content-length says 11'])
  await later(() => seen.cancelled.length === 1)
})

test('a read that fails breaks the connection off', async () => {
  const failing: FileBody = { size: 10, read: () => Promise.reject(new Error('EIO')) }
  const server = await testServer(() => new Response(markFile(new ReadableStream(), failing)))
  await server.exchange(get)
  expect(server.reported.map(String)).toEqual(['Error: EIO'])
})

test('S21, S13: a client that does not read stops the reads, and its leaving cancels the stream', async () => {
  let outcome: unknown
  const { app, seen } = inFile(1_000_000)
  const endless: FileBody = {
    size: 1 << 30,
    read: async (buffer, offset) => (seen.reads.push([offset, buffer.length]), buffer.length),
  }
  const server = await testServer(async (request, context) => {
    context.defer((end) => void (outcome = end))
    const { body } = await app(request, context)
    return new Response(markFile(body!, endless))
  })
  const client = server.client().send(get)
  client.socket.pause()
  let count = -1
  await later(() => seen.reads.length > 0 && count === (count = seen.reads.length)) // nothing moves any more
  expect(count * 256 * 1024).toBeLessThan(64 << 20)
  client.destroy()
  await later(() => outcome !== undefined)
  expect(outcome).toMatchObject({ aborted: true })
  expect(seen.cancelled).toHaveLength(1)
})

test('what was transformed on the way is read from the stream', async () => {
  const { app } = inFile(10)
  const server = await testServer(async (request, context) => {
    const response = await app(request, context)
    expect(fileOf(response)).toBeDefined()
    return new Response(new Blob(['other']).stream(), response)
  })
  expect(await (await fetch(server.url)).text()).toBe('other')
})
