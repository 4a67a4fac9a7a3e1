// What other compression middlewares have got wrong, each as a test. Where there is more to say of one, another file says it.
import { once } from 'node:events'
import zlib from 'node:zlib'
import { reply } from '@fsgi/core'
import { serve } from '@fsgi/server-node'
import { describe, expect, test, vi } from 'vitest'
import { decode, decoded, decoder } from './fixtures/decode.ts'
import { gunzip, gzip } from './index.ts'
import { HTML, through } from './fixtures/exchange.ts'
import { negotiate } from './negotiate.ts'
import { noise, streamOf, text, watched } from './fixtures/sources.ts'
import type { App, Middleware } from '@fsgi/core'
import type { Choice } from './negotiate.ts'

const LONG = text(5000)
const page =
  (headers: Record<string, string> = {}, status = 200): App =>
  () =>
    reply(LONG, { status, headers: { ...HTML, ...headers } })

describe('Accept-Encoding (RFC 9110 §12.5.3)', () => {
  test.each<[string, string, Choice]>([
    ['three decimals, not one', 'br;q=0.05', 'br'],
    ['a weight of zero, where only one digit is read', 'gzip;q=0', 'identity'],
    ['an asterisk with zero', '*;q=0', 'none'],
    ['identity before an asterisk with zero', 'identity;q=1, *;q=0', 'identity'],
    ['capitals', 'GZIP', 'gzip'],
    ['a client that prefers identity', 'identity, gzip;q=0.5', 'identity'],
    ['a client that prefers identity by weight', 'identity;q=1, gzip;q=0.5', 'identity'],
    ['an asterisk does not stand for gzip where gzip is refused', 'gzip;q=0, *', 'br'],
    ['an asterisk of more weight does not overrule a refusal', 'br;q=0, gzip;q=0, *;q=1', 'identity'],
    ['a list of what nobody knows is no reason for 406', 'snappy', 'identity'],
    ['a name inside of a name', 'notgzip, gzipped', 'identity'],
    ['the old name', 'x-gzip', 'gzip'],
    ['dictionaries (RFC 9842) are not chosen', 'dcb, dcz', 'identity'],
  ])('%s: %s', (_what, field, expected) => {
    expect(negotiate(field, ['br', 'gzip'])).toBe(expected)
  })

  test('406 comes before the app has done anything', async () => {
    const app = vi.fn(page())
    expect((await through(gzip({ refuse: true }), app, { 'accept-encoding': 'identity;q=0' })).status).toBe(406)
    expect(app).not.toHaveBeenCalled()
  })
})

describe('caches', () => {
  test.each<[string, App, Record<string, string>, string?]>([
    ['identity, because the client accepts nothing', page(), { 'accept-encoding': '' }],
    ['identity, because of the size', () => reply('short', { headers: HTML }), {}],
    ['identity, because the client refuses', page(), { 'accept-encoding': 'gzip;q=0' }],
    ['304', () => reply(null, { status: 304, headers: { etag: '"a"' } }), {}],
    ['206', page({ 'content-range': 'bytes 0-4999/9000' }, 206), {}],
    ['HEAD', page(), {}, 'HEAD'],
  ])('Vary is on %s too', async (_what, app, headers, method = 'GET') => {
    expect((await through(gzip(), app, headers, { method })).headers.get('vary')).toBe('Accept-Encoding')
  })

  test('a strong ETag does not name two sequences of bytes (RFC 9110 §8.8.3.3)', async () => {
    const tags = await Promise.all(
      ['identity', 'gzip', 'br'].map(async (coding) => {
        const response = await through(gzip({ etag: 'suffix' }), page({ etag: '"a"' }), { 'accept-encoding': coding })
        return response.headers.get('etag')
      }),
    )
    expect(tags).toEqual(['"a"', '"a+gzip"', '"a+br"'])
  })

  test('an app that compares tags letter by letter still answers 304', async () => {
    const app: App = (request) =>
      request.headers.get('if-none-match') === '"a"'
        ? reply(null, { status: 304 })
        : page({ etag: '"a"' })(request, {} as never)
    const middleware = gzip({ etag: 'suffix' })
    const first = await through(middleware, app)
    expect((await through(middleware, app, { 'if-none-match': first.headers.get('etag')! })).status).toBe(304)
    const list = '"x", W/"y", "a+gzip"'
    const seen = await through(middleware, (request) => reply(request.headers.get('if-none-match')), {
      'if-none-match': list,
    })
    expect(await seen.text()).toBe('"x", W/"y", "a"')
  })

  test('a part of the content is not coded, whose range would be another (RFC 9110 §15.3.7)', async () => {
    const response = await through(gzip(), page({ 'content-range': 'bytes 0-4999/9000' }, 206))
    expect([response.headers.get('content-encoding'), await response.text()]).toEqual([null, LONG])
  })

  test('coded content does not offer ranges (RFC 9110 §14.3)', async () => {
    expect((await through(gzip(), page({ 'accept-ranges': 'bytes' }))).headers.get('accept-ranges')).toBeNull()
  })

  test.each(['no-transform', 'No-Transform', 'max-age=1, NO-TRANSFORM'])('cache-control: %s is kept', async (value) => {
    expect((await through(gzip(), page({ 'cache-control': value }))).headers.get('content-encoding')).toBeNull()
  })

  test.each(['content-digest', 'content-md5'])('%s: the bytes stay those that it is of', async (name) => {
    const response = await through(gzip(), page({ [name]: 'sha-256=:AAAA:' }))
    expect([response.headers.get('content-encoding'), response.headers.has(name)]).toEqual([null, true])
  })

  test('a digest of the representation does not outlive it (RFC 9530 §3)', async () => {
    expect((await through(gzip(), page({ 'repr-digest': 'sha-256=:AAAA:' }))).headers.get('repr-digest')).toBeNull()
  })

  test('HEAD has the fields of GET (RFC 9110 §9.3.2)', async () => {
    const [head, get] = await Promise.all(
      ['HEAD', 'GET'].map(async (method) => [
        ...(await through(gzip(), page({ etag: '"a"' }), {}, { method })).headers,
      ]),
    )
    expect(head).toEqual(get)
  })
})

describe('bytes', () => {
  test('deflate has the frame of zlib (RFC 9110 §8.4.1.2)', async () => {
    const response = await through(gzip(), page(), { 'accept-encoding': 'deflate' })
    expect(new Uint8Array(await response.arrayBuffer())[0]).toBe(0x78)
  })

  test('br is not coded with quality 11, which takes fifty times as long', async () => {
    const expected = (level: number): number =>
      zlib.brotliCompressSync(LONG.repeat(4), { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: level, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: LONG.length * 4 } }).byteLength // prettier-ignore
    const app: App = () => reply(LONG.repeat(4), { headers: HTML })
    const response = await through(gzip(), app, { 'accept-encoding': 'br' })
    expect((await response.arrayBuffer()).byteLength).toBe(expected(4))
    expect(expected(4)).not.toBe(expected(11))
  })

  test('content that is coded already is not coded again, by this middleware either', async () => {
    const twice: Middleware = (app) => gzip()(gzip()(app))
    expect(await decoded(await through(twice, page()))).toBe(LONG)
    const response = await through(gzip(), page({ 'content-encoding': 'br' }))
    expect([response.headers.get('content-encoding'), await response.text()]).toEqual(['br', LONG])
  })

  test('content without a type is not taken for something', async () => {
    const app: App = () => reply(new TextEncoder().encode(LONG))
    const response = await gzip()(app)(
      new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } }),
      {} as never,
    )
    expect(response.headers.get('content-encoding')).toBeNull()
  })

  test('a stream is one gzip member, not one for each chunk', async () => {
    const app: App = () => new Response(streamOf(...Array.from({ length: 50 }, () => text(1000))), { headers: HTML })
    const bytes = Buffer.from(await (await through(gzip(), app)).arrayBuffer())
    expect(bytes.subarray(1).includes(Buffer.from([0x1f, 0x8b, 0x08]))).toBe(false)
    expect(decode(bytes, 'gzip').toString()).toBe(text(1000).repeat(50))
  })

  test('an empty stream is a valid one', async () => {
    expect(await decoded(await through(gzip(), () => new Response(streamOf(), { headers: HTML })))).toBe('')
  })

  test.each([204, 205, 304])('a %i has no body', async (status) => {
    const response = await through(gzip(), () => reply(null, { status, headers: HTML }))
    expect([response.status, response.body, response.headers.get('content-encoding')]).toEqual([status, null, null])
  })
})

describe('work', () => {
  test('of a hundred large bodies at a time, no more than eight are in threads', async () => {
    const real = zlib.gzip
    let running = 0
    let most = 0
    const spy = vi.spyOn(zlib, 'gzip').mockImplementation(((
      bytes: Buffer,
      options: object,
      done: zlib.CompressCallback,
    ) => {
      most = Math.max(most, ++running)
      real(bytes, options, (error, coded) => {
        running--
        done(error, coded)
      })
    }) as never)
    try {
      vi.resetModules()
      const { gzip: fresh } = await import('./gzip.ts')
      const middleware = fresh()
      const app: App = () => reply(text(200_000), { headers: HTML })
      await Promise.all(Array.from({ length: 100 }, () => through(middleware, app)))
      expect([most, spy.mock.calls.length]).toEqual([8, 100])
    } finally {
      spy.mockRestore()
    }
  })

  test('an error of the compressor fails the body, not the process', async () => {
    const real = zlib.createGzip
    const opened: zlib.Gzip[] = []
    const spy = vi.spyOn(zlib, 'createGzip').mockImplementation((options) => {
      opened.push(real(options))
      return opened.at(-1)!
    })
    try {
      vi.resetModules()
      const { gzip: fresh } = await import('./gzip.ts')
      const source = watched(() => noise(5000))
      const reader = (await through(fresh(), () => new Response(source.stream, { headers: HTML }))).body!.getReader()
      await reader.read()
      opened[0]!.destroy(new Error('out of memory'))
      await expect(
        (async () => {
          while (!(await reader.read()).done);
        })(),
      ).rejects.toThrow()
      expect(source.cancels).toHaveLength(1)
    } finally {
      spy.mockRestore()
    }
  })
})

describe('through a real server', () => {
  const served = async <T>(app: App, ask: (url: string) => Promise<T>): Promise<T> => {
    const server = await serve(gzip()(app), { port: 0, report: () => {} })
    try {
      return await ask(server.url)
    } finally {
      await server.close({ limit: 0 })
    }
  }

  test.each(['gzip', 'br', 'deflate'])(
    'each event of a %s event stream is seen before the next is sent',
    async (coding) => {
      let send: (event: string) => void = () => {}
      const app: App = () =>
        new Response(
          new ReadableStream<Uint8Array<ArrayBuffer>>({
            start: (controller) => void (send = (event) => controller.enqueue(new TextEncoder().encode(event))),
          }),
          { headers: { 'content-type': 'text/event-stream' } },
        )
      await served(app, async (url) => {
        const { get } = await import('node:http')
        const [response] = await once(get(url, { headers: { 'accept-encoding': coding } }), 'response')
        expect(response.headers['content-encoding']).toBe(coding)
        const { feed } = decoder(coding)
        let seen = ''
        let expected = ''
        for (let event = 0; event < 30; event++) {
          send(`data: ${event}\n\n`)
          expected += `data: ${event}\n\n`
          while (seen !== expected) seen = await feed((await once(response, 'data'))[0])
        }
        response.destroy()
      })
    },
  )

  test('a source that fails half-way gives no response that looks whole', async () => {
    const app: App = () =>
      new Response(
        watched((pull) => {
          if (pull === 5) throw new Error('disk on fire')
          return noise(50_000)
        }).stream,
        { headers: HTML },
      )
    await served(app, async (url) => {
      await expect((await fetch(url)).arrayBuffer()).rejects.toThrow('terminated')
    })
  })
})

describe('bodies of requests', () => {
  const post = async (body: Uint8Array<ArrayBuffer>, coding: string, options = {}): Promise<number> => {
    const app = gunzip(options)(async (request) => reply(await request.text()))
    const server = await serve(app, { port: 0, report: () => {} })
    try {
      return (await fetch(server.url, { method: 'POST', body, headers: { 'content-encoding': coding } })).status
    } finally {
      await server.close({ limit: 0 })
    }
  }

  test('a limit is one of the decoded size, not of what was sent', async () => {
    const body = zlib.gzipSync(text(2_000_000))
    expect(body.byteLength).toBeLessThan(20_000)
    expect(await post(body, 'gzip', { maxBytes: 1_000_000, maxRatio: Infinity })).toBe(413)
    expect(await post(body, 'gzip', { maxRatio: Infinity })).toBe(200)
  })

  test('layers without end are not decoded', async () => {
    expect(await post(zlib.gzipSync('x'), Array(1000).fill('gzip').join(', '))).toBe(415)
  })
})
