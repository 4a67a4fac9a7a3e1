import { once } from 'node:events'
import { createServer } from 'node:http'
import { bodyOf, reply } from '@fsgi/core'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import { describe, expect, test } from 'vitest'
import { decoded } from './fixtures/decode.ts'
import { noise, streamOf, text } from './fixtures/sources.ts'
import { gzip } from './gzip.ts'
import type { AddressInfo } from 'node:net'
import type { App } from '@fsgi/core'
import type { GzipOptions } from './options.ts'

const LONG = text(5000)
const HTML = { 'content-type': 'text/html' }
const known = (
  body: string | Uint8Array<ArrayBuffer> | null,
  headers: Record<string, string> = HTML,
  status = 200,
): App => {
  return () => reply(body, { status, headers })
}
const streamed = (body: string, headers: Record<string, string> = HTML, status = 200): App => {
  return () => new Response(streamOf(body.slice(0, 100), body.slice(100)), { status, headers })
}

/** One exchange through the middleware, with the validator on both of its sides. */
async function get(
  app: App,
  { options, method, headers }: { options?: GzipOptions; method?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const init = { method: method ?? 'GET', headers: { 'accept-encoding': 'gzip', ...headers } }
  return dispatch(lint(gzip(options)(lint(app))), new Request('http://localhost/', init))
}

describe.each([
  ['known', known],
  ['streamed', streamed],
])('a %s body', (kind, make) => {
  test.each(['gzip', 'deflate', 'br'])('is coded with %s and decodes to the same', async (coding) => {
    const response = await get(make(LONG), { headers: { 'accept-encoding': coding } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(await decoded(response)).toBe(LONG)
  })

  test('is left as it is for a client that accepts no coding, and caches are told', async () => {
    const response = await get(make(LONG), { headers: { 'accept-encoding': '' } })
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(await response.text()).toBe(LONG)
  })

  test('keeps its status, status text and other fields', async () => {
    const inner: App = async (request, context) => {
      const { body, headers } = await make(LONG)(request, context)
      headers.append('set-cookie', 'a=1')
      headers.append('set-cookie', 'b=2; Path=/')
      return new Response(body, { status: 404, statusText: 'Nothing Here', headers })
    }
    const response = await get(inner)
    expect([response.status, response.statusText]).toEqual([404, 'Nothing Here'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2; Path=/'])
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(await decoded(response)).toBe(LONG)
  })

  test('M10: what was said about the bytes before is taken back', async () => {
    const response = await get(
      make(LONG, {
        ...HTML,
        'content-length': '5000',
        'accept-ranges': 'bytes',
        'repr-digest': 'sha-256=:AAAA:',
        digest: 'sha-256=AAAA',
        etag: '"a"',
        'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      }),
    )
    const bytes = await response.arrayBuffer()
    const { headers } = response
    expect(headers.get('content-length')).toBe(kind === 'known' ? String(bytes.byteLength) : null)
    expect(headers.get('accept-ranges')).toBeNull()
    expect(headers.get('repr-digest')).toBeNull()
    expect(headers.get('digest')).toBeNull()
    expect(headers.get('etag')).toBe('W/"a"')
    expect(headers.get('last-modified')).toBe('Thu, 01 Jan 2026 00:00:00 GMT')
  })

  test('keeps what was said about the bytes when it is not coded', async () => {
    const fields = {
      ...HTML,
      'accept-ranges': 'bytes',
      'repr-digest': 'sha-256=:AAAA:',
      etag: '"a"',
      'content-length': '5000',
    }
    const { headers } = await get(make(LONG, fields), { headers: { 'accept-encoding': 'compress' } })
    expect(Object.fromEntries(headers)).toMatchObject({ ...fields, vary: 'Accept-Encoding' })
  })

  test.each([
    ['Origin', 'Origin, Accept-Encoding'],
    ['accept-encoding', 'accept-encoding'],
    ['Cookie,ACCEPT-ENCODING , Origin', 'Cookie,ACCEPT-ENCODING , Origin'],
    ['*', '*'],
    ['X-Accept-Encoding', 'X-Accept-Encoding, Accept-Encoding'],
  ])('Vary: %s becomes %s', async (before, after) => {
    const response = await get(make(LONG, { ...HTML, vary: before }))
    expect(response.headers.get('vary')).toBe(after)
  })

  test.each([
    ['a content-encoding', { ...HTML, 'content-encoding': 'br' }, 200],
    ['cache-control: no-transform', { ...HTML, 'cache-control': 'no-transform' }, 200],
    ['cache-control: Public, No-Transform', { ...HTML, 'cache-control': 'Public, No-Transform ,max-age=1' }, 200],
    ['a content-digest', { ...HTML, 'content-digest': 'sha-256=:AAAA:' }, 200],
    ['a content-md5', { ...HTML, 'content-md5': 'AAAA' }, 200],
    ['an incompressible type', { 'content-type': 'image/png' }, 200],
  ])('is left alone with %s, and caches need not vary', async (_what, headers, status) => {
    const response = await get(make(LONG, headers, status))
    expect(Object.fromEntries(response.headers)).toMatchObject(headers)
    expect(response.headers.get('vary')).toBeNull()
    expect(await response.text()).toBe(LONG)
  })

  test.each([
    ['206', 206, { ...HTML, 'content-range': 'bytes 0-4999/9000' }],
    ['206 of several parts, without content-range', 206, { 'content-type': 'text/plain' }],
    ['416 with content-range', 416, { ...HTML, 'content-range': 'bytes */9000' }],
    ['200 with content-range', 200, { ...HTML, 'content-range': 'bytes 0-4999/9000' }],
  ])('of a %s is not coded, and caches are told', async (_what, status, headers) => {
    const response = await get(make(LONG, headers, status))
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(await response.text()).toBe(LONG)
  })

  test.each(['no-transformers', 'max-age=60', 'x="no-transform"'])(
    'cache-control: %s does not forbid',
    async (value) => {
      const response = await get(make(LONG, { ...HTML, 'cache-control': value }))
      expect(response.headers.get('content-encoding')).toBe('gzip')
    },
  )

  test('of no type is left alone', async () => {
    const app: App = async (request, context) => new Response((await make(LONG)(request, context)).body)
    const request = new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } })
    const response = await dispatch(gzip()(app), request)
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('vary')).toBeNull()
    expect(await response.text()).toBe(LONG)
  })

  test.each([500, 404, 201, 299])('with status %i is coded', async (status) => {
    expect(await decoded(await get(make(LONG, HTML, status)))).toBe(LONG)
  })
})

describe('a body of known bytes', () => {
  const through = (app: App, options?: GzipOptions): Promise<Response> => {
    let seen: Response | undefined
    const outer: App = async (request, context) => (seen = await gzip(options)(app)(request, context))
    return dispatch(outer, new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } })).then(
      () => seen!,
    )
  }

  test.each([1024, 5000, 32 * 1024 + 1, 100_000, 128 * 1024 + 1, 1_000_000])(
    'of %i bytes is answered with known bytes',
    async (length) => {
      const bytes = bodyOf(await through(known(text(length))))
      expect(bytes).toBeInstanceOf(Uint8Array)
      expect(bytes).not.toBeInstanceOf(Buffer)
      expect(await decoded(new Response(bytes, { headers: { 'content-encoding': 'gzip' } }))).toBe(text(length))
    },
  )

  test('is not read from a stream when it was taken from a reply by new Response(body, response)', async () => {
    const inner: App = () => {
      const first = reply(LONG, { headers: HTML })
      return new Response(first.body, first)
    }
    expect(bodyOf(await through(inner))).toBeInstanceOf(Uint8Array)
  })

  test('is not coded below the threshold, and caches are told', async () => {
    const response = await get(known(text(1023)))
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect((await get(known(text(1024)))).headers.get('content-encoding')).toBe('gzip')
  })

  test.each([
    ['é'.repeat(511), null],
    ['é'.repeat(512), 'gzip'],
    ['€'.repeat(341), null],
    ['€'.repeat(342), 'gzip'],
    ['😀'.repeat(255), null],
    ['😀'.repeat(256), 'gzip'],
  ])('counts bytes, not characters, against the threshold', async (body, coding) => {
    const response = await get(known(body))
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(await decoded(response)).toBe(body)
  })

  test('goes out uncoded when coding would not make it shorter', async () => {
    const response = await get(known(noise(4000), { ...HTML, etag: '"a"' }))
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(response.headers.get('etag')).toBe('"a"')
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(noise(4000))
  })

  test('comes out right for many requests at a time', async () => {
    const app = gzip()((request) => reply(text(Number(new URL(request.url).pathname.slice(1))), { headers: HTML }))
    const lengths = Array.from({ length: 60 }, (_, i) => 1024 + i * 4000)
    const codings = ['gzip', 'br', 'deflate']
    const answers = lengths.map(async (length, i) => {
      const request = new Request(`http://localhost/${length}`, { headers: { 'accept-encoding': codings[i % 3]! } })
      return decoded(await dispatch(app, request))
    })
    expect(await Promise.all(answers)).toEqual(lengths.map(text))
  })

  test('an empty one is left alone', async () => {
    const response = await get(known(''))
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(await response.text()).toBe('')
  })
})

describe('no body', () => {
  test.each([204, 205])('a %i is left alone', async (status) => {
    const response = await get(known(null, HTML, status))
    expect(response.status).toBe(status)
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('vary')).toBeNull()
  })

  test('a 200 without a body is left alone', async () => {
    const response = await get(known(null))
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('vary')).toBeNull()
  })

  test('a redirect whose headers cannot be changed is passed on', async () => {
    const response = await get(() => Response.redirect('http://localhost/there', 303))
    expect([response.status, response.headers.get('location')]).toEqual([303, 'http://localhost/there'])
  })

  test('a 304 varies as the 200 does, and is not coded', async () => {
    const response = await get(known(null, {}, 304))
    expect(response.status).toBe(304)
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(response.headers.get('content-encoding')).toBeNull()
  })

  test.each([{ 'content-type': 'image/png' }, { 'cache-control': 'no-transform' }])(
    'a 304 that is known to stand for an uncoded response (%j) does not vary',
    async (headers) => {
      expect((await get(known(null, headers, 304))).headers.get('vary')).toBeNull()
    },
  )

  test('an answer that is no HTTP response is passed on as it is', async () => {
    const error = Response.error()
    const app = gzip()(() => error)
    let answer: Response | undefined
    await dispatch(
      async (request, context) => {
        answer = await app(request, context)
        return reply('')
      },
      new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } }),
    )
    expect(answer).toBe(error)
  })
})

describe('HEAD (RFC 9110 §9.3.2)', () => {
  const fields = async (app: App, method: string): Promise<Record<string, string>> => {
    const response = await get(app, { method })
    if (method === 'HEAD') expect(response.body).toBeNull()
    return Object.fromEntries(response.headers)
  }

  test.each([
    ['a long known body', known(LONG, { ...HTML, etag: '"a"', 'accept-ranges': 'bytes' })],
    ['a short known body', known('hi', { ...HTML, etag: '"a"' })],
    ['a stream', streamed(LONG, { ...HTML, etag: '"a"' })],
    ['a stream of known length', streamed(LONG, { ...HTML, 'content-length': '5000' })],
    ['an incompressible type', known(LONG, { 'content-type': 'image/png' })],
  ])('an app that answers it as GET, with %s: the fields are those of GET', async (_what, app) => {
    expect(await fields(app, 'HEAD')).toEqual(await fields(app, 'GET'))
  })

  const bodyless = (headers: Record<string, string>): App => known(null, { ...HTML, ...headers })

  test('an app that gives no body but a length: as coded, and without the length that nobody knows', async () => {
    const seen = await fields(bodyless({ 'content-length': '5000', etag: '"a"', 'accept-ranges': 'bytes' }), 'HEAD')
    expect(seen).toEqual({ ...HTML, 'content-encoding': 'gzip', vary: 'Accept-Encoding', etag: 'W/"a"' })
  })

  test('an app that gives no body but a length below the threshold: with that length', async () => {
    const seen = await fields(bodyless({ 'content-length': '500', etag: '"a"' }), 'HEAD')
    expect(seen).toEqual({ ...HTML, 'content-length': '500', vary: 'Accept-Encoding', etag: '"a"' })
  })

  test('an app that gives neither: as a stream of unknown length would be', async () => {
    expect(await fields(bodyless({}), 'HEAD')).toEqual({ ...HTML, 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
  })

  test('a client that accepts no coding gets the length', async () => {
    const response = await get(bodyless({ 'content-length': '5000' }), {
      method: 'HEAD',
      headers: { 'accept-encoding': 'identity' },
    })
    expect(Object.fromEntries(response.headers)).toEqual({ ...HTML, 'content-length': '5000', vary: 'Accept-Encoding' })
  })
})

describe('the length that the app states', () => {
  test.each([
    ['1023', null],
    ['1024', 'gzip'],
  ])('a stream of %s bytes: content-encoding %s', async (length, coding) => {
    const response = await get(streamed(text(Number(length)), { ...HTML, 'content-length': length }))
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(await decoded(response)).toBe(text(Number(length)))
  })
})

describe('M9: a response from fetch(), whose headers cannot be changed', () => {
  test.each(['gzip', 'identity'])('for a client that accepts %s', async (coding) => {
    const upstream = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': ['a=1', 'b=2'], etag: '"a"' }).end(LONG)
    })
    await once(upstream.listen(0, '127.0.0.1'), 'listening')
    const { port } = upstream.address() as AddressInfo
    try {
      const app = gzip()(() => fetch(`http://127.0.0.1:${port}/`))
      const request = new Request('http://localhost/', { headers: { 'accept-encoding': coding } })
      const response = await dispatch(app, request, { report: () => {} }) // of the field 'connection' that fetch leaves
      expect(response.headers.get('content-encoding')).toBe(coding === 'gzip' ? 'gzip' : null)
      expect(response.headers.get('vary')).toBe('Accept-Encoding')
      expect(response.headers.get('etag')).toBe(coding === 'gzip' ? 'W/"a"' : '"a"')
      expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
      expect(await decoded(response)).toBe(LONG)
    } finally {
      upstream.closeAllConnections()
      upstream.close()
    }
  })
})

describe('options', () => {
  test('codings: the order counts among equals, and what is not named is not offered', async () => {
    const headers = { 'accept-encoding': 'gzip, br, deflate' }
    const first = await get(known(LONG), { headers, options: { codings: ['deflate', 'gzip'] } })
    expect(first.headers.get('content-encoding')).toBe('deflate')
    const only = await get(known(LONG), { headers: { 'accept-encoding': 'br' }, options: { codings: ['gzip'] } })
    expect(only.headers.get('content-encoding')).toBeNull()
  })

  test.each([
    ['gzip', { gzip: 1 }, { gzip: 9 }],
    ['deflate', { deflate: 1 }, { deflate: 9 }],
    ['br', { br: 0 }, { br: 11 }],
  ])('level: %s tries harder with a higher one, in one go and in a stream', async (coding, low, high) => {
    const body = Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 1000} ${text(i % 40)}`).join('\n')
    for (const make of [known, streamed]) {
      const [long, short] = await Promise.all(
        [low, high].map(async (level) => {
          const response = await get(make(body), { headers: { 'accept-encoding': coding }, options: { level } })
          return (await response.arrayBuffer()).byteLength
        }),
      )
      expect(short).toBeLessThan(long!)
    }
  })

  test('threshold: 0 codes even a few bytes, if that makes them fewer', async () => {
    const options = { threshold: 0 }
    expect((await get(known(text(100)), { options })).headers.get('content-encoding')).toBe('gzip')
    expect((await get(known('hi'), { options })).headers.get('content-encoding')).toBeNull()
  })

  test('filter: decides in place of the type, or leaves it to the type', async () => {
    const options: GzipOptions = {
      filter: (request, response) => {
        if (request.headers.has('x-plain')) return false
        return response.headers.get('content-type') === 'application/x-own' ? true : undefined
      },
    }
    const coding = async (type: string, headers: Record<string, string> = {}): Promise<string | null> =>
      (await get(known(LONG, { 'content-type': type }), { options, headers })).headers.get('content-encoding')
    expect(await coding('application/x-own')).toBe('gzip')
    expect(await coding('application/x-other')).toBeNull()
    expect(await coding('text/html')).toBe('gzip')
    expect(await coding('text/html', { 'x-plain': '1' })).toBeNull()
  })

  test('filter: true does not make wrong coding happen', async () => {
    const options = { filter: () => true }
    for (const app of [
      known(LONG, { ...HTML, 'content-encoding': 'br' }),
      known(LONG, { ...HTML, 'cache-control': 'no-transform' }),
      known(LONG, { ...HTML, 'content-digest': 'sha-256=:AAAA:' }),
      known(LONG, { ...HTML, 'content-range': 'bytes 0-4999/9000' }, 206),
    ]) {
      expect((await get(app, { options })).headers.get('content-encoding')).not.toBe('gzip')
    }
  })
})

describe('what the app below does', () => {
  test('its error comes out unchanged', async () => {
    const error = new Error('below')
    const app = gzip()(() => {
      throw error
    })
    const seen: unknown[] = []
    await dispatch(async (request, context) => {
      await Promise.resolve(app(request, context)).catch((reason: unknown) => seen.push(reason))
      return reply('')
    }, '/')
    expect(seen).toEqual([error])
  })

  test('the request and the context reach it as they are', async () => {
    let given: unknown[] = []
    const app = gzip()((request, context) => {
      given = [request, context]
      return reply('')
    })
    let passed: unknown[] = []
    await dispatch((request, context) => {
      passed = [request, context]
      return app(request, context)
    }, '/')
    expect(given[0]).toBe(passed[0])
    expect(given[1]).toBe(passed[1])
  })

  test('S18: a body that it has read already is left for the server to complain about', async () => {
    const reports: string[] = []
    const app: App = async () => {
      const response = new Response(streamOf(LONG), { headers: HTML })
      await response.text()
      return response
    }
    const request = new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } })
    const response = await dispatch(gzip()(app), request, {
      report: (error: unknown) => void reports.push(String(error)),
    })
    expect(response.status).toBe(500)
    expect(reports.join()).toContain('S18')
  })
})

test('one reply for all requests: each gets the coding that it asks for', async () => {
  const shared = reply(LONG, { headers: HTML })
  const app = gzip()(() => shared)
  for (const coding of ['gzip', 'br', '', 'gzip']) {
    const request = new Request('http://localhost/', { headers: { 'accept-encoding': coding } })
    const response = await dispatch(app, request)
    expect(response.headers.get('content-encoding')).toBe(coding === '' ? null : coding)
    if (coding !== '') expect(await decoded(response)).toBe(LONG)
  }
  expect(await shared.text()).toBe(LONG)
})
