import { reply } from '@fsgi/core'
import { createHash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { head, testServer } from './fixtures/test-server.ts'
import { later } from './fixtures/later.ts'
import type { App } from '@fsgi/core'

const text: App = async (request) => reply(await request.text())
const ignore = (request: Request): Response => reply(new URL(request.url).pathname)

test('bodies arrive as they were sent', async () => {
  const server = await testServer(async (request) =>
    reply(
      createHash('sha1')
        .update((await request.bytes?.()) ?? new Uint8Array(await request.arrayBuffer()))
        .digest('hex'),
    ),
  )
  const bytes = new Uint8Array(3_000_000).map((_, index) => index % 256)
  const hash = createHash('sha1').update(bytes).digest('hex')
  expect(await (await fetch(server.url, { method: 'POST', body: bytes })).text()).toBe(hash)
  const stream = new Blob([bytes]).stream()
  expect(await (await fetch(server.url, { method: 'POST', body: stream, duplex: 'half' } as RequestInit)).text()).toBe(
    hash,
  )
})

test('chunks with extensions and trailers are decoded, and the connection goes on', async () => {
  const server = await testServer(text)
  const client = server.client()
  client.send(
    `${head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: Chunked')}1;x=y\r\na\r\n2\r\nbc\r\n0\r\nX-T: 1\r\n\r\n`,
  )
  await client.until(/abc$/)
  client.send(`${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 2', 'Connection: close')}de`)
  expect(await client.untilClosed()).toMatch(/de$/)
})

test('S6: the body is a byte stream', async () => {
  const server = await testServer(async (request) => {
    const reader = request.body!.getReader({ mode: 'byob' })
    const first = await reader.read(new Uint8Array(2))
    const second = await reader.read(new Uint8Array(10))
    const third = await reader.read(new Uint8Array(10))
    return reply(`${String(first.value)} ${String(second.value)} ${third.done}`)
  })
  const response = await server.exchange(
    `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Connection: close')}abc`,
  )
  expect(response).toMatch(/97,98 99 true$/)
})

test('S6: a truncated body fails the stream and aborts', async () => {
  let outcome: unknown[] = []
  const server = await testServer(async (request, context) => {
    context.defer(
      ({ aborted, error, status }) => void (outcome = [...outcome, aborted, status, error === context.signal.reason]),
    )
    const error = await request.text().catch((error: unknown) => error)
    outcome.push(error === context.signal.reason)
    throw error
  })
  const client = server.client().send(`${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 10')}abc`)
  client.socket.end()
  await later(() => outcome.length === 4)
  expect(outcome).toEqual([true, true, null, true])
  expect(server.reported).toEqual([])
})

test('S6: chunks that break off fail the stream', async () => {
  const failed = vi.fn()
  const server = await testServer(async (request) => {
    await request.text().catch(failed)
    return reply('')
  })
  const client = server.client().send(`${head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked')}zz\r\n`)
  await client.untilClosed()
  await later(() => failed.mock.calls.length === 1)
})

test('S7: no more is read than the app reads, within bounds', async () => {
  let go: (() => void) | undefined
  const server = await testServer(async (request) => {
    await new Promise<void>((resolve) => (go = resolve))
    return reply(String((await request.arrayBuffer()).byteLength))
  })
  const client = server.client()
  client.send(head('POST / HTTP/1.1', 'Host: h', `Content-Length: ${64 << 20}`, 'Connection: close'))
  for (let i = 0; i < 64; i++) client.send('x'.repeat(1 << 20))
  await later(() => go !== undefined)
  let unsent = 0
  await later(() => unsent === (unsent = client.socket.writableLength)) // nothing moves any more
  expect(unsent).toBeGreaterThan(32 << 20)
  go!()
  expect(await client.untilClosed()).toMatch(/67108864$/)
})

test('S7: 100 Continue is sent when the body is first read', async () => {
  let read: (() => void) | undefined
  const server = await testServer(async (request) => {
    await new Promise<void>((resolve) => (read = resolve))
    return reply(await request.text())
  })
  const client = server.client().send(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Expect: 100-continue'))
  await later(() => read !== undefined)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(client.received).toBe('')
  read!()
  expect(await client.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  client.send('abc')
  expect(await client.until(/abc$/)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
})

test('S7: 100 Continue is not sent for a body that nobody reads', async () => {
  const server = await testServer(ignore)
  const response = await server.exchange(
    head('POST /x HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Expect: 100-continue'),
  )
  expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*connection: close\r\n(?:.*\r\n)*\r\n\/x$/i)
})

test('S7: 100 Continue is not sent after the final response has begun', async () => {
  const server = await testServer((request) => new Response(request.body))
  const client = server.client().send(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Expect: 100-continue'))
  await client.until('\r\n\r\n')
  client.send('abc')
  expect(await client.until(/abc/)).not.toContain('100 Continue')
})

test.each([
  ['unread', ignore],
  [
    'read in part',
    async (request: Request) => (await request.body!.getReader().read(), reply(new URL(request.url).pathname)),
  ],
  ['cancelled', async (request: Request) => (await request.body!.cancel(), reply(new URL(request.url).pathname))],
  ['answered with an error', (request: Request) => reply(new URL(request.url).pathname, { status: 500 })],
  ['answered with a stream', (request: Request) => new Response(new Blob([new URL(request.url).pathname]).stream())],
])(
  'S8: a body that is %s does not disturb the next request',
  async (_, app: (request: Request) => Response | Promise<Response>) => {
    const server = await testServer((request) => (request.method === 'POST' ? app(request) : reply('next')))
    for (const size of [3, 300_000]) {
      const client = server.client()
      client.send(`${head('POST /first HTTP/1.1', 'Host: h', `Content-Length: ${size}`)}${'x'.repeat(size)}`)
      await client.until('/first')
      client.send(head('GET / HTTP/1.1', 'Host: h', 'Connection: close'))
      expect(await client.untilClosed()).toMatch(/next$/)
    }
  },
)

test('S8: a body with GET does not disturb the next request', async () => {
  const server = await testServer(ignore)
  const get = `${head('GET /a HTTP/1.1', 'Host: h', 'Content-Length: 40')}GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\n\r\n`
  const response = await server.exchange(get + head('GET /b HTTP/1.1', 'Host: h', 'Connection: close'))
  expect(response.match(/\r\n\r\n\/[a-z]+/g)).toEqual(['\r\n\r\n/a', '\r\n\r\n/b'])
})

test('S8: the response to a large upload arrives although nobody reads it, and the connection is closed', async () => {
  const server = await testServer((request) => reply(new URL(request.url).pathname, { status: 401 }))
  for (const framing of [`Content-Length: ${20 << 20}`, 'Transfer-Encoding: chunked']) {
    const client = server.client().send(head('POST /early HTTP/1.1', 'Host: h', framing))
    client.send(`${(20 << 20).toString(16)}\r\n`)
    for (let i = 0; i < 19; i++) client.send('x'.repeat(1 << 20))
    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n[^]*\/early$/)
  }
})

test('S8: what is not read before the response is lost, and says so', async () => {
  let error: unknown
  const server = await testServer((request, context) => {
    context.waitUntil(request.text().catch((reason: unknown) => void (error = reason)))
    return reply('done')
  })
  await fetch(server.url, { method: 'POST', body: 'abc' })
  await later(() => error !== undefined)
  expect(String(error)).toMatch(/\[fsgi S8\] the response is over/)
})

test.each<[string, (request: Request) => Promise<unknown>]>([
  ['all at once', (request) => request.text()],
  ['as a stream', (request) => request.body!.getReader().read()],
])('S8: who begins to read after the response, %s, is told that it is lost', async (_, read) => {
  let late: Request | undefined
  const server = await testServer((request) => {
    late = request
    return reply('done')
  })
  await (await fetch(server.url, { method: 'POST', body: 'abc' })).text()
  await expect(read(late!)).rejects.toThrow('[fsgi S8] the response is over')
})

test('S9: a declared body over the limit is 413 without a call', async () => {
  let calls = 0
  const server = await testServer(() => (calls++, reply('called')), { maxBodyBytes: 10 })
  const response = await server.exchange(
    `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 11', 'Connection: close')}01234567890`,
  )
  expect(response).toMatch(/^HTTP\/1\.1 413 /)
  expect(calls).toBe(0)
  expect((await fetch(server.url, { method: 'POST', body: '0123456789' })).status).toBe(200)
})

test('S9: a streamed body over the limit fails the read, and is 413 if the app lets that pass', async () => {
  const chunks = `${head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked')}6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n`
  const server = await testServer(text, { maxBodyBytes: 10 })
  expect(await server.client().send(chunks).until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 413 /)
  expect(server.reported).toEqual([])
  const caught = await testServer(async (request) => reply(await request.text().catch(String)), {
    maxBodyBytes: 10,
  })
  expect(await caught.client().send(chunks).until('is 10')).toContain(
    "[fsgi S9] the request's body is larger than maxBodyBytes",
  )
})

test('a body can be read while the response is sent', async () => {
  const server = await testServer((request) => new Response(request.body))
  const client = server.client().send(head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked'))
  await client.until('\r\n\r\n')
  client.send('3\r\none\r\n')
  await client.until('one')
  client.send('3\r\ntwo\r\n0\r\n\r\n')
  expect(await client.until('0\r\n\r\n')).toMatch(/3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/)
})
