import zlib from 'node:zlib'
import { reply } from '@fsgi/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { decoded } from './fixtures/decode.ts'
import { EncodedCache } from './encoded-cache.ts'
import { HTML, through } from './fixtures/exchange.ts'
import { noise, streamOf, text, watched } from './fixtures/sources.ts'
import type { App, Middleware } from '@fsgi/core'
import type { GzipOptions } from './options.ts'

/** The middleware, with what it did to bytes counted: node:zlib is looked at when the first one is made. */
async function counted(options: GzipOptions): Promise<{ middleware: Middleware; count: () => number }> {
  const sync = vi.spyOn(zlib, 'gzipSync')
  const thread = vi.spyOn(zlib, 'gzip')
  const stream = vi.spyOn(zlib, 'createGzip')
  vi.resetModules()
  const { gzip } = await import('./gzip.ts')
  const middleware = gzip(options)
  return { middleware, count: () => [sync, thread, stream].reduce((sum, { mock }) => sum + mock.calls.length, 0) }
}
afterEach(() => {
  vi.restoreAllMocks()
})

const MEGABYTE = 1024 * 1024
const page =
  (tag: string, body = text(5000), headers: Record<string, string> = {}, status = 200): App =>
  () =>
    reply(body, { status, headers: { ...HTML, etag: tag, ...headers } })

describe('cache', () => {
  test.each([
    ['known bytes', 5000, page('"a"', text(5000))],
    ['many known bytes', 500_000, page('"a"', text(500_000))],
    ['a plain Response', 5000, () => new Response(text(5000), { headers: { ...HTML, etag: '"a"' } })],
    [
      'a stream',
      5000,
      () => new Response(streamOf(text(2000), text(5000).slice(2000)), { headers: { ...HTML, etag: '"a"' } }),
    ],
  ] as const)('%s: coded once, whoever asks', async (_what, length, app) => {
    const { middleware, count } = await counted({ cache: MEGABYTE })
    for (let i = 0; i < 3; i++) {
      const response = await through(middleware, app)
      expect([response.headers.get('content-encoding'), response.headers.get('etag')]).toEqual(['gzip', 'W/"a"'])
      expect(await decoded(response)).toBe(text(length))
    }
    expect(count()).toBe(1)
  })

  test('what is kept of a stream is sent with its length, and the stream that is not needed is cancelled', async () => {
    const { middleware } = await counted({ cache: MEGABYTE })
    const sources = [0, 1].map(() => watched((pull) => (pull < 3 ? text(3000) : null)))
    let turn = 0
    const app: App = () => new Response(sources[turn++]!.stream, { headers: { ...HTML, etag: '"a"' } })
    const first = await (await through(middleware, app)).arrayBuffer()
    const second = await through(middleware, app)
    expect(second.headers.get('content-length')).toBe(String(first.byteLength))
    expect(new Uint8Array(await second.arrayBuffer())).toEqual(new Uint8Array(first))
    expect([sources[0]!.cancels.length, sources[1]!.cancels.length, sources[1]!.pulls()]).toEqual([0, 1, 0])
  })

  test('requests that miss at the same time wait for one coding', async () => {
    const { middleware, count } = await counted({ cache: MEGABYTE })
    const answers = Array.from({ length: 20 }, async () =>
      decoded(await through(middleware, page('"a"', text(200_000)))),
    )
    expect(new Set(await Promise.all(answers)).size).toBe(1)
    expect(count()).toBe(1)
  })

  test('another ETag, type, URL, coding or level is other content', async () => {
    const { middleware, count } = await counted({
      cache: MEGABYTE,
      level: (request) => ({ gzip: request.headers.has('x-hard') ? 9 : 1 }),
    })
    const ask = async (app: App, headers: Record<string, string> = {}, url = 'http://localhost/'): Promise<string> =>
      decoded(await through(middleware, app, headers, { url }))
    expect(await ask(page('"a"'))).toBe(text(5000))
    expect(await ask(page('"b"', `new ${text(4996)}`))).toBe(`new ${text(4996)}`)
    expect(await ask(page('"a"', text(5000), { 'content-type': 'text/css' }))).toBe(text(5000))
    expect(await ask(page('"a"', `other ${text(4994)}`), {}, 'http://localhost/other')).toBe(`other ${text(4994)}`)
    expect(await ask(page('"a"'), { 'x-hard': '1' })).toBe(text(5000))
    expect(count()).toBe(5)
    expect(await ask(page('"a"'), { 'accept-encoding': 'br' })).toBe(text(5000))
    expect(await ask(page('"a"'))).toBe(text(5000))
    expect(count()).toBe(5)
  })

  test('one tag for bodies of several lengths does not mix them', async () => {
    const { middleware } = await counted({ cache: MEGABYTE })
    for (const length of [5000, 6000]) {
      expect(await decoded(await through(middleware, page('"a"', text(length))))).toBe(text(length))
    }
  })

  test.each([
    ['no ETag', () => reply(text(5000), { headers: HTML }), {}, 'GET'],
    ['a weak ETag', page('W/"a"'), {}, 'GET'],
    ['set-cookie', page('"a"', text(5000), { 'set-cookie': 'a=1' }), {}, 'GET'],
    ['private', page('"a"', text(5000), { 'cache-control': 'max-age=1, Private' }), {}, 'GET'],
    ['private of a field', page('"a"', text(5000), { 'cache-control': 'private="x-own"' }), {}, 'GET'],
    ['no-store', page('"a"', text(5000), { 'cache-control': 'no-store' }), {}, 'GET'],
    ['vary: cookie', page('"a"', text(5000), { vary: 'Accept-Encoding, Cookie' }), {}, 'GET'],
    ['authorization', page('"a"'), { authorization: 'Basic YTpi' }, 'GET'],
    ['another status', page('"a"', text(5000), {}, 404), {}, 'GET'],
    ['another method', page('"a"'), {}, 'POST'],
  ] as const)('%s: coded each time', async (_what, app, headers, method) => {
    const { middleware, count } = await counted({ cache: MEGABYTE })
    for (let i = 0; i < 2; i++)
      expect(await decoded(await through(middleware, app, headers, { method }))).toBe(text(5000))
    expect(count()).toBe(2)
  })

  test('authorization does not matter where the response is public', async () => {
    const { middleware, count } = await counted({ cache: MEGABYTE })
    const app = page('"a"', text(5000), { 'cache-control': 'public, max-age=1' })
    for (let i = 0; i < 2; i++) await through(middleware, app, { authorization: 'Basic YTpi' })
    expect(count()).toBe(1)
  })

  test('that coding does not make content shorter is known the second time', async () => {
    const { middleware, count } = await counted({ cache: MEGABYTE })
    const app: App = () => reply(noise(3000), { headers: { ...HTML, etag: '"a"' } })
    for (let i = 0; i < 2; i++) {
      const response = await through(middleware, app)
      expect(response.headers.get('content-encoding')).toBeNull()
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(noise(3000))
    }
    expect(count()).toBe(1)
  })

  test('off unless asked for', async () => {
    const { middleware, count } = await counted({})
    for (let i = 0; i < 2; i++) await through(middleware, page('"a"'))
    expect(count()).toBe(2)
  })

  test('with suffix, the tag is strong and the content the same', async () => {
    const { middleware, count } = await counted({ cache: MEGABYTE, etag: 'suffix' })
    for (let i = 0; i < 2; i++) expect((await through(middleware, page('"a"'))).headers.get('etag')).toBe('"a+gzip"')
    expect(count()).toBe(1)
  })

  test('a stream that its reader abandons, or that fails, is not kept', async () => {
    const { middleware, count } = await counted({ cache: MEGABYTE })
    const failing: App = () =>
      new Response(
        watched((pull) => {
          if (pull === 3) throw new Error('disk on fire')
          return noise(5000)
        }).stream,
        { headers: { ...HTML, etag: '"a"' } },
      )
    await expect((await through(middleware, failing)).arrayBuffer()).rejects.toThrow('disk on fire')
    const endless: App = () => new Response(watched(() => noise(5000)).stream, { headers: { ...HTML, etag: '"a"' } })
    const reader = (await through(middleware, endless)).body!.getReader()
    await reader.read()
    await reader.cancel()
    expect(await decoded(await through(middleware, page('"a"')))).toBe(text(5000))
    expect(count()).toBe(3)
  })
})

describe('EncodedCache', () => {
  const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length)

  test('never holds more than its limit, and drops what was not used for longest', () => {
    const cache = new EncodedCache(10_000)
    for (const key of ['a', 'b', 'c']) void cache.through(key, () => bytes(3000))
    cache.get('a')
    void cache.through('d', () => bytes(3000))
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true])
    for (let i = 0; i < 1000; i++) {
      void cache.through(`${i}`, () => bytes((i * 7919) % 4000))
      expect(cache.size).toBeLessThanOrEqual(10_000)
    }
  })

  test('keeps nothing that is larger than its limit, and drops nothing for it', () => {
    const cache = new EncodedCache(10_000)
    void cache.through('small', () => bytes(100))
    void cache.through('large', () => bytes(10_000))
    expect([cache.get('small')?.byteLength, cache.get('large')]).toEqual([100, undefined])
  })

  test('many keys count, also those without content', () => {
    const cache = new EncodedCache(100_000)
    for (let i = 0; i < 10_000; i++) void cache.through(`${'k'.repeat(500)}${i}`, () => null)
    expect([cache.size <= 100_000, cache.get(`${'k'.repeat(500)}0`)]).toEqual([true, undefined])
  })

  test('what streams collect counts while they run, and is forgotten when it is too much', async () => {
    const cache = new EncodedCache(10_000)
    const endless = cache.collect('endless', watched(() => noise(3000)).stream).getReader()
    for (let i = 0; i < 20; i++) {
      await endless.read()
      expect(cache.size).toBeLessThanOrEqual(10_000)
    }
    expect(cache.size).toBe(0)
    await endless.cancel()
    const short = cache.collect('short', streamOf(noise(3000), noise(2000))).getReader()
    while (!(await short.read()).done);
    expect(cache.get('short')?.byteLength).toBe(5000)
  })

  test('of streams with one key, one is collected', async () => {
    const cache = new EncodedCache(10_000)
    const [one, other] = [1, 2].map(() => cache.collect('key', streamOf(noise(100))).getReader())
    for (const reader of [one!, other!]) while (!(await reader.read()).done);
    expect(cache.get('key')?.byteLength).toBe(100)
  })

  test('does not keep the rest of a larger buffer', () => {
    const cache = new EncodedCache(10_000)
    void cache.through('key', () => bytes(100_000).subarray(0, 10))
    expect(cache.get('key')!.buffer.byteLength).toBe(10)
  })

  test('an error reaches everybody who waits, and the next one tries again', async () => {
    const cache = new EncodedCache(10_000)
    const fail = (): Promise<never> => Promise.reject(new Error('no memory'))
    const waiting = [cache.through('key', fail), cache.through('key', fail)]
    for (const one of waiting) await expect(one).rejects.toThrow('no memory')
    expect(await cache.through('key', async () => bytes(5))).toEqual(bytes(5))
  })
})

test('what was used longest ago goes first, however many have come and gone', () => {
  const cost = 100 + 2 * 4 + 200
  const cache = new EncodedCache(10 * cost)
  let order: string[] = [] // from the one that was used longest ago
  let seed = 1
  for (let i = 0; i < 5000; i++) {
    seed = (seed * 48_271) % 2_147_483_647
    const key = String(1000 + (seed % 25))
    const kept = cache.get(key)
    expect(kept !== undefined, `operation ${i}`).toBe(order.includes(key))
    if (kept === undefined) void cache.through(key, () => new Uint8Array(100))
    order = [...order.filter((other) => other !== key), key].slice(-10)
    expect(cache.size).toBe(order.length * cost)
  }
})
