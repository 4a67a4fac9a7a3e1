import { once } from 'node:events'
import { createServer } from 'node:http'
import zlib from 'node:zlib'
import { reply } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { describe, expect, test, vi } from 'vitest'
import { decode, decoded, decoder } from './fixtures/decode.ts'
import { noise, streamOf, text, watched } from './fixtures/sources.ts'
import { gzip } from './gzip.ts'
import type { AddressInfo } from 'node:net'
import type { GzipOptions } from './options.ts'

const CODINGS = ['gzip', 'deflate', 'br']

/** The response that the middleware gives for a streamed body, as the server above it gets it. */
async function coded(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  { coding = 'gzip', type = 'text/html', options = {} }: { coding?: string; type?: string; options?: GzipOptions } = {},
): Promise<Response> {
  const app = gzip(options)(() => new Response(stream, { headers: { 'content-type': type } }))
  const request = new Request('http://localhost/', { headers: { 'accept-encoding': coding } })
  let response: Response | undefined
  await dispatch(async (_request, context) => {
    response = await app(request, context)
    return reply('')
  }, '/')
  expect(response!.headers.get('content-encoding')).toBe(coding)
  return response!
}

describe.each(CODINGS)('a stream coded with %s', (coding) => {
  test.each([
    ['nothing', []],
    ['an empty chunk', ['']],
    ['one byte', ['a']],
    ['empty chunks between others', ['', 'a', '', '', 'b', '']],
    ['many small chunks', Array.from({ length: 500 }, (_, i) => `line ${i}\n`)],
    ['large chunks', [text(1_000_000), text(3_000_000)]],
    ['incompressible chunks', [noise(300_000), noise(70_000)]],
  ])('of %s decodes to the same', async (_what, chunks) => {
    const response = await coded(streamOf(...chunks), { coding })
    const bytes = new Uint8Array(await response.arrayBuffer())
    const expected = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as string)))
    expect(decode(bytes, coding).equals(expected)).toBe(true)
  })

  test.each(['text/event-stream', 'application/x-ndjson', 'application/jsonl; charset=utf-8'])(
    'of %s: each event can be decoded before the next one is made',
    async (type) => {
      const { feed } = decoder(coding)
      let received = ''
      const source = watched((pull) => {
        // This runs when the client wants more, so it has all that there was before.
        expect(received).toBe(Array.from({ length: pull }, (_, i) => `data: ${i}\n\n`).join(''))
        return pull === 20 ? null : `data: ${pull}\n\n`
      })
      const response = await coded(source.stream, { coding, type })
      for await (const bytes of response.body!) received = await feed(bytes)
      expect(received).toContain('data: 19\n\n')
    },
  )

  test('hands on what it has when its source pauses, whatever its type', async () => {
    let resume = (): void => {}
    const paused = new Promise<void>((resolve) => (resume = resolve))
    const source = watched(async (pull) => {
      if (pull === 2) await paused
      return ['<h1>shell</h1>', '<p>more</p>', '<p>late</p>'][pull] ?? null
    })
    const { feed } = decoder(coding)
    const reader = (await coded(source.stream, { coding })).body!.getReader()
    let received = ''
    while (!received.endsWith('<p>more</p>')) received = await feed((await reader.read()).value!)
    resume()
    for (let read = await reader.read(); !read.done; read = await reader.read()) received = await feed(read.value)
    expect(received).toBe('<h1>shell</h1><p>more</p><p>late</p>')
  })

  test('cancelled while its source is silent cancels that once, with the reason', async () => {
    const source = watched((pull) => (pull < 1 ? 'first' : new Promise<null>(() => {})))
    const reader = (await coded(source.stream, { coding })).body!.getReader()
    await reader.read()
    const pending = reader.read()
    await expect.poll(() => source.pulls()).toBe(2)
    const reason = new Error('gone')
    await reader.cancel(reason)
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(source.cancels).toEqual([reason])
  })
})

describe.each(CODINGS)('back-pressure with %s', (coding) => {
  test('the source is read only when the coded stream is, and never far ahead of it', async () => {
    const source = watched((pull) => (pull < 1000 ? noise(32 * 1024, pull) : null))
    const response = await coded(source.stream, { coding })
    await new Promise(setImmediate)
    expect(source.pulls()).toBe(0)
    const reader = response.body!.getReader()
    let received = 0
    for (let turn = 0; turn < 20; turn++) {
      received += (await reader.read()).value!.byteLength
      await new Promise(setImmediate) // a slow reader
      expect(source.pulls() * 32 * 1024 - received).toBeLessThan(256 * 1024)
    }
    await reader.cancel()
    expect(source.cancels).toHaveLength(1)
  })

  test('content that shrinks to almost nothing is handed on before it is megabytes', async () => {
    const zeros = new Uint8Array(16 * 1024)
    const source = watched((pull) => (pull < 1000 ? zeros : null))
    const reader = (await coded(source.stream, { coding })).body!.getReader()
    await reader.read()
    expect(source.pulls()).toBeLessThanOrEqual(20)
    await reader.cancel()
  })
})

test('flush: true, or a function that says so, hands on each chunk of any type at once', async () => {
  for (const flush of [
    true,
    (_request: Request, response: Response) => response.headers.get('content-type') === 'text/html',
  ]) {
    let received = ''
    const source = watched((pull) => {
      expect(received).toHaveLength(pull * 10)
      return pull === 5 ? null : text(10)
    })
    const { feed } = decoder('gzip')
    for await (const bytes of (await coded(source.stream, { options: { flush } })).body!) received = await feed(bytes)
    expect(received).toHaveLength(50)
  }
})

test('a stream that does not pause is not flushed: it stays as small as in one go', async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `line ${i} of many\n`)
  const bytes = await (await coded(streamOf(...lines))).arrayBuffer()
  expect(bytes.byteLength).toBeLessThan(zlib.gzipSync(lines.join(''), { level: 6 }).byteLength * 1.02)
})

describe('cancelling', () => {
  test('before the first read cancels the source once, with the reason', async () => {
    const source = watched(() => text(100))
    const response = await coded(source.stream)
    await response.body!.cancel('gone')
    expect(source.cancels).toEqual(['gone'])
    expect(source.pulls()).toBe(0)
  })

  test('after a read cancels the source once, with the reason', async () => {
    const source = watched(() => noise(100_000))
    const reader = (await coded(source.stream)).body!.getReader()
    await reader.read()
    const reason = { why: 'gone' }
    await reader.cancel(reason)
    expect(source.cancels).toEqual([reason])
  })

  test('while coding cancels the source once', async () => {
    const source = watched(() => noise(2_000_000))
    const reader = (await coded(source.stream)).body!.getReader()
    const pending = reader.read()
    await expect.poll(() => source.pulls()).toBe(1)
    await reader.cancel('gone')
    await pending
    expect(source.cancels).toEqual(['gone'])
  })

  test('tells of a source that cannot be cancelled', async () => {
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      cancel: () => Promise.reject(new Error('stuck')),
    })
    await expect((await coded(stream)).body!.cancel()).rejects.toThrow('stuck')
  })

  test('frees the compressor', async () => {
    const opened: zlib.Gzip[] = []
    const create = zlib.createGzip
    const spy = vi.spyOn(zlib, 'createGzip').mockImplementation((options) => {
      const made = create(options)
      opened.push(made)
      return made
    })
    try {
      vi.resetModules() // node:zlib is looked at when the first middleware is made
      const { gzip: fresh } = await import('./gzip.ts')
      const app = fresh()(
        () => new Response(watched(() => noise(50_000)).stream, { headers: { 'content-type': 'text/html' } }),
      )
      const abandoned = await dispatch(
        app,
        new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } }),
      )
      const reader = abandoned.body!.getReader()
      await reader.read()
      expect(opened.map(({ destroyed }) => destroyed)).toEqual([false])
      await reader.cancel()
      expect(opened.map(({ destroyed }) => destroyed)).toEqual([true])
    } finally {
      spy.mockRestore()
    }
  })

  test('1,000 abandoned streams leave no handles and little memory', async () => {
    const handles = (): number => process.getActiveResourcesInfo().length
    const chunk = noise(20_000)
    const run = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i += 20) {
        await Promise.all(
          Array.from({ length: 20 }, async (_, k) => {
            const reader = (
              await coded(watched(() => chunk).stream, { coding: CODINGS[(i + k) % 3]! })
            ).body!.getReader()
            await reader.read()
            await reader.cancel()
          }),
        )
      }
    }
    await run(200)
    const before = { handles: handles(), memory: process.memoryUsage().rss }
    await run(1000)
    expect(handles()).toBeLessThanOrEqual(before.handles)
    // A compressor that is not freed keeps 256 KiB (gzip) and more (br): together some 500 MB.
    expect(process.memoryUsage().rss - before.memory).toBeLessThan(200e6)
  }, 30_000)
})

describe('errors', () => {
  test.each([0, 1, 5])('of the source after %i chunks reach the reader', async (chunks) => {
    const error = new Error('disk on fire')
    const source = watched((pull) => {
      if (pull === chunks) throw error
      return text(1000)
    })
    await expect((await coded(source.stream)).arrayBuffer()).rejects.toBe(error)
    expect(source.cancels).toEqual([])
  })

  test('of the source while it pauses reach the reader, and nothing is unhandled', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    try {
      const error = new Error('late')
      let fail: (error: Error) => void = () => {}
      const failing = new Promise<null>((_resolve, reject) => (fail = reject))
      const source = watched((pull) => (pull === 0 ? 'first' : failing))
      const reader = (await coded(source.stream)).body!.getReader()
      await reader.read() // gives what the pause flushed, or the head
      await expect.poll(() => source.pulls()).toBe(2)
      fail(error)
      await new Promise(setImmediate)
      await new Promise(setImmediate)
      const rest = async (): Promise<void> => {
        while (!(await reader.read()).done);
      }
      await expect(rest()).rejects.toBe(error)
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', note)
    }
  })

  test.each([['a string'], [42], [null], [new ArrayBuffer(8)]])(
    'A2: a chunk that is not a Uint8Array (%o) fails the stream and cancels the source',
    async (chunk) => {
      const cancels: unknown[] = []
      const stream = new ReadableStream({
        pull: (controller) => controller.enqueue(chunk),
        cancel: (reason) => void cancels.push(reason),
      })
      const body = (await coded(stream)).arrayBuffer()
      await expect(body).rejects.toThrow('[fsgi A2] a body must be a stream of Uint8Array chunks')
      expect(cancels).toHaveLength(1)
    },
  )
})

test('chunks may be transferred by whoever reads them while coding goes on', async () => {
  const reader = (await coded(streamOf(...Array.from({ length: 50 }, () => noise(3000))))).body!.getReader()
  const pieces: Uint8Array[] = []
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    pieces.push(new Uint8Array(structuredClone(read.value, { transfer: [read.value.buffer] })))
  }
  expect(decode(Buffer.concat(pieces), 'gzip').byteLength).toBe(150_000)
})

test('many streams at a time come out right', async () => {
  const bodies = Array.from({ length: 100 }, (_, i) =>
    Array.from({ length: 20 }, (_, k) => `${i}:${k} ${text(i * 10)}`),
  )
  const answers = bodies.map(async (chunks, i) =>
    decoded(await coded(streamOf(...chunks), { coding: CODINGS[i % 3]! })),
  )
  expect(await Promise.all(answers)).toEqual(bodies.map((chunks) => chunks.join('')))
})

test('a client of a real server that leaves cancels the source', async () => {
  const source = watched(() => noise(100_000))
  const server = createServer((_request, response) => {
    void (async () => {
      const { body } = await coded(source.stream)
      const reader = body!.getReader()
      response.writeHead(200)
      response.once('close', () => void reader.cancel('closed'))
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        if (!response.write(read.value)) await Promise.race([once(response, 'drain'), once(response, 'close')])
      }
    })()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const leaving = new AbortController()
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      signal: leaving.signal,
    })
    await response.body!.getReader().read()
    leaving.abort()
    await expect.poll(() => source.cancels).toEqual(['closed'])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
