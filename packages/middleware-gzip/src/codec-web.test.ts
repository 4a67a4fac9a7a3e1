import { bodyOf, reply } from '@fsgi/core'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { decode, decoded } from './fixtures/decode.ts'
import { noise, streamOf, text, watched } from './fixtures/sources.ts'
import type { App } from '@fsgi/core'
import type { gzip as Gzip } from './gzip.ts'

/** The middleware as it is where there is no node:zlib: here by hiding it while the first middleware is made. */
describe('without node:zlib', () => {
  let gzip: typeof Gzip
  const original = process.getBuiltinModule.bind(process)

  beforeAll(async () => {
    vi.spyOn(process, 'getBuiltinModule').mockImplementation((id: string) =>
      id === 'node:zlib' ? undefined : original(id),
    )
    vi.resetModules()
    ;({ gzip } = await import('./gzip.ts'))
    gzip()
  })
  afterAll(() => {
    vi.restoreAllMocks()
  })

  const get = (app: App, coding: string, method = 'GET'): Promise<Response> => {
    const request = new Request('http://localhost/', { method, headers: { 'accept-encoding': coding } })
    return dispatch(lint(gzip()(lint(app))), request)
  }
  const HTML = { 'content-type': 'text/html' }

  test.each(['gzip', 'deflate'])('a known body is coded with %s, and its length is known', async (coding) => {
    const response = await get(() => reply(text(50_000), { headers: HTML }), coding)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(response.headers.get('content-length')).toBe(String(bytes.byteLength))
    expect(decode(bytes, coding).toString()).toBe(text(50_000))
  })

  test('a known body stays one of known bytes', async () => {
    let seen: Response | undefined
    const inner = gzip()(() => reply(text(5000), { headers: HTML }))
    const app: App = async (request, context) => (seen = await inner(request, context))
    await dispatch(app, new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } }))
    expect(bodyOf(seen!)).toBeInstanceOf(Uint8Array)
  })

  test.each(['gzip', 'deflate'])('a stream is coded with %s', async (coding) => {
    const chunks = Array.from({ length: 50 }, (_, i) => text(i * 100))
    const response = await get(() => new Response(streamOf(...chunks), { headers: HTML }), coding)
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(await decoded(response)).toBe(chunks.join(''))
  })

  test.each(['br', 'zstd'])('%s is not offered', async (coding) => {
    const response = await get(() => reply(text(5000), { headers: HTML }), coding)
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
  })

  test.each(['text/event-stream', 'application/x-ndjson'])(
    '%s is left alone, so that no event is held back',
    async (type) => {
      let received = ''
      const source = watched((pull) => {
        expect(received).toHaveLength(pull * 10)
        return pull === 5 ? null : text(10)
      })
      const app: App = () => new Response(source.stream, { headers: { 'content-type': type } })
      const response = await get(app, 'gzip')
      expect(response.headers.get('content-encoding')).toBeNull()
      expect(response.headers.get('vary')).toBeNull()
      for await (const bytes of response.body!) received += new TextDecoder().decode(bytes)
      expect(received).toHaveLength(50)
      expect(
        (await get(() => reply(null, { headers: { 'content-type': type } }), 'gzip', 'HEAD')).headers.get('vary'),
      ).toBeNull()
    },
  )

  test.each([0, 1, 2])('cancelling after %i reads cancels the source once, with the reason', async (reads) => {
    const source = watched((pull) => noise(60_000, pull))
    const app = gzip()(() => new Response(source.stream, { headers: HTML }))
    const response = await dispatch(app, new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } }))
    expect(source.pulls()).toBe(0)
    const reader = response.body!.getReader()
    for (let i = 0; i < reads; i++) await reader.read()
    const reason = new Error('gone')
    await reader.cancel(reason)
    expect(source.cancels).toEqual([reason])
    expect(source.pulls()).toBeLessThan(10)
  })

  test('A2: a chunk that is not a Uint8Array fails the stream and cancels the source', async () => {
    const cancels: unknown[] = []
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue('text'),
      cancel: (reason) => void cancels.push(reason),
    })
    const app = gzip()(() => new Response(stream, { headers: HTML }))
    const request = new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } })
    const response = await dispatch(app, request, { report: () => {} })
    await expect(response.arrayBuffer()).rejects.toThrow('[fsgi A2] a body must be a stream of Uint8Array chunks')
    expect(cancels).toHaveLength(1)
  })

  test('an error of the source reaches the reader', async () => {
    const error = new Error('disk on fire')
    const source = watched((pull) => {
      if (pull === 2) throw error
      return text(100)
    })
    const app = gzip()(() => new Response(source.stream, { headers: HTML }))
    const request = new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } })
    const response = await dispatch(app, request, { report: () => {} })
    await expect(response.arrayBuffer()).rejects.toBe(error)
  })

  test('a middleware with codings that are not there is refused', () => {
    expect(() => gzip({ codings: ['br', 'zstd'] })).toThrow(
      "@fsgi/middleware-gzip: this runtime has none of the codings br, zstd: offer others in 'codings'",
    )
  })
})
