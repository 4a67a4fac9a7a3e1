import { reply } from '@fsgi/core'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import { describe, expect, test } from 'vitest'
import { decoded } from './fixtures/decode.ts'
import { text } from './fixtures/sources.ts'
import { gzip } from './gzip.ts'
import type { App } from '@fsgi/core'

const LONG = text(5000)

/** An app with one resource, whose comparisons are those of RFC 9110 §13.1 without lists: as simple as apps have them. */
function resource(tag: string, seen: Request[] = []): App {
  return (request) => {
    seen.push(request)
    const headers = { etag: tag, 'content-type': 'text/plain' }
    const match = request.headers.get('if-match')
    if (match !== null && match !== tag) return reply('changed meanwhile', { status: 412 })
    const noneMatch = request.headers.get('if-none-match')
    if (noneMatch !== null && noneMatch.replace(/^W\//, '') === tag.replace(/^W\//, '')) {
      return reply(null, { status: 304, headers: { etag: tag } })
    }
    const range = request.headers.get('range')
    const ifRange = request.headers.get('if-range')
    if (range === 'bytes=0-9' && (ifRange === null || ifRange === tag)) {
      return reply(LONG.slice(0, 10), { status: 206, headers: { ...headers, 'content-range': 'bytes 0-9/5000' } })
    }
    return reply(LONG, { headers: { ...headers, 'accept-ranges': 'bytes' } })
  }
}

async function get(
  etag: 'weaken' | 'suffix',
  app: App,
  headers: Record<string, string>,
  method = 'GET',
): Promise<Response> {
  const request = new Request('http://localhost/', { method, headers: { 'accept-encoding': 'gzip', ...headers } })
  return dispatch(lint(gzip({ etag })(lint(app))), request)
}

describe("etag: 'weaken'", () => {
  test.each([
    ['"a"', 'W/"a"'],
    ['W/"a"', 'W/"a"'],
    ['""', 'W/""'],
    ['"a,b"', 'W/"a,b"'],
    ['a', null],
    ['w/"a"', null],
    ['"a', null],
  ])('%s on coded content becomes %s', async (given, sent) => {
    const app: App = () => reply(LONG, { headers: { etag: given, 'content-type': 'text/plain' } })
    const response = await dispatch(
      gzip()(app),
      new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } }),
    )
    expect(response.headers.get('etag')).toBe(sent)
  })

  test('uncoded content keeps its strong tag', async () => {
    const response = await get('weaken', resource('"a"'), { 'accept-encoding': 'identity' })
    expect(response.headers.get('etag')).toBe('"a"')
  })

  test('who comes back with the weak tag gets a 304 with that tag', async () => {
    const first = await get('weaken', resource('"a"'), {})
    const again = await get('weaken', resource('"a"'), { 'if-none-match': first.headers.get('etag')! })
    expect([again.status, again.headers.get('etag'), again.headers.get('vary')]).toEqual([
      304,
      'W/"a"',
      'Accept-Encoding',
    ])
  })

  test('who comes back with the strong tag of uncoded content gets a 304 with that', async () => {
    const again = await get('weaken', resource('"a"'), { 'if-none-match': '"a"' })
    expect([again.status, again.headers.get('etag')]).toEqual([304, '"a"'])
  })

  test('the request reaches the app as it is', async () => {
    const seen: Request[] = []
    await get('weaken', resource('"a"', seen), { 'if-none-match': 'W/"b", "c+gzip"', 'if-match': '"a"' })
    expect(seen[0]!.headers.get('if-none-match')).toBe('W/"b", "c+gzip"')
    expect(seen[0]!.headers.get('if-match')).toBe('"a"')
  })
})

describe("etag: 'suffix'", () => {
  test.each(['gzip', 'br', 'deflate'])('%s: the tag is strong and says so, and gives a 304', async (coding) => {
    const accept = { 'accept-encoding': coding }
    const first = await get('suffix', resource('"a"'), accept)
    expect(first.headers.get('etag')).toBe(`"a+${coding}"`)
    expect(await decoded(first)).toBe(LONG)
    const again = await get('suffix', resource('"a"'), { ...accept, 'if-none-match': `"a+${coding}"` })
    expect([again.status, again.headers.get('etag'), again.headers.get('vary')]).toEqual([
      304,
      `"a+${coding}"`,
      'Accept-Encoding',
    ])
    const weakened = await get('suffix', resource('"a"'), { ...accept, 'if-none-match': `W/"a+${coding}"` })
    expect([weakened.status, weakened.headers.get('etag')]).toEqual([304, `W/"a+${coding}"`])
  })

  test('HEAD and its 304 have the same tag', async () => {
    expect((await get('suffix', resource('"a"'), {}, 'HEAD')).headers.get('etag')).toBe('"a+gzip"')
    const again = await get('suffix', resource('"a"'), { 'if-none-match': '"a+gzip"' }, 'HEAD')
    expect([again.status, again.headers.get('etag')]).toEqual([304, '"a+gzip"'])
  })

  test('a weak tag stays, and gives a 304', async () => {
    expect((await get('suffix', resource('W/"a"'), {})).headers.get('etag')).toBe('W/"a"')
    const again = await get('suffix', resource('W/"a"'), { 'if-none-match': 'W/"a"' })
    expect([again.status, again.headers.get('etag')]).toEqual([304, 'W/"a"'])
  })

  test('uncoded content keeps its tag, and gives a 304 with it', async () => {
    const plain = { 'accept-encoding': 'identity' }
    expect((await get('suffix', resource('"a"'), plain)).headers.get('etag')).toBe('"a"')
    for (const accept of [plain, {}]) {
      const again = await get('suffix', resource('"a"'), { ...accept, 'if-none-match': '"a"' })
      expect([again.status, again.headers.get('etag')]).toEqual([304, '"a"'])
    }
  })

  test('the tag of another coding does not match what would be sent now', async () => {
    const response = await get('suffix', resource('"a"'), { 'accept-encoding': 'br', 'if-none-match': '"a+gzip"' })
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"a+br"'])
    const plain = await get('suffix', resource('"a"'), { 'accept-encoding': 'identity', 'if-none-match': '"a+gzip"' })
    expect([plain.status, plain.headers.get('etag')]).toEqual([200, '"a"'])
  })

  test('after a change the old tag gets the new content', async () => {
    const response = await get('suffix', resource('"b"'), { 'if-none-match': '"a+gzip"' })
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"b+gzip"'])
  })

  test.each([
    ['"a+gzip"', '"a"'],
    ['"a+gzip", "b+gzip"', '"a", "b"'],
    ['"a+gzip",W/"b+gzip" , "c"', '"a",W/"b" , "c"'],
    ['"a,b+gzip", "c+br"', '"a,b", "c+br"'],
    ['"a+gzip+gzip"', '"a+gzip"'],
    ['"+gzip"', '""'],
    ['"agzip", "a+GZIP", "a+snappy"', '"agzip", "a+GZIP", "a+snappy"'],
    ['*', '*'],
    ['a+gzip', 'a+gzip'],
    ['"a+gzip', '"a+gzip'],
  ])('If-None-Match: %s reaches the app as %s', async (sent, received) => {
    const seen: Request[] = []
    await get('suffix', resource('"x"', seen), { 'if-none-match': sent })
    expect(seen[0]!.headers.get('if-none-match')).toBe(received)
  })

  test('a change that is conditional on the coded tag happens, whatever the request accepts', async () => {
    for (const tag of ['"a+gzip"', '"a+br"', '"a"']) {
      const response = await get('suffix', resource('"a"'), { 'if-match': tag, 'accept-encoding': 'gzip' }, 'PUT')
      expect(response.status).toBe(200)
    }
    expect((await get('suffix', resource('"b"'), { 'if-match': '"a+gzip"' }, 'PUT')).status).toBe(412)
  })

  test('a change that is to happen only if the resource is another does not, whatever the request accepts', async () => {
    const seen: Request[] = []
    await get('suffix', resource('"a"', seen), { 'if-none-match': '"a+br"', 'accept-encoding': 'gzip' }, 'PUT')
    expect(seen[0]!.headers.get('if-none-match')).toBe('"a"')
  })

  test('the body, method and other fields of a request whose preconditions are rewritten stay', async () => {
    let seen: unknown
    const app: App = async (request) => {
      seen = [request.method, request.url, request.headers.get('x-own'), await request.text()]
      return reply('')
    }
    const request = new Request('http://localhost/a?b', {
      method: 'PUT',
      body: 'content',
      headers: { 'if-match': '"a+gzip"', 'x-own': '1' },
    })
    await dispatch(lint(gzip({ etag: 'suffix' })(lint(app))), request)
    expect(seen).toEqual(['PUT', 'http://localhost/a?b', '1', 'content'])
  })

  test('RFC 9110 §13.1.5: If-Range with the tag of coded bytes gets the whole, never a part of other bytes', async () => {
    const part = { range: 'bytes=0-9' }
    const whole = await get('suffix', resource('"a"'), { ...part, 'if-range': '"a+gzip"' })
    expect([whole.status, whole.headers.get('content-encoding'), whole.headers.get('etag')]).toEqual([
      200,
      'gzip',
      '"a+gzip"',
    ])
    const piece = await get('suffix', resource('"a"'), { ...part, 'if-range': '"a"' })
    expect([piece.status, piece.headers.get('content-encoding'), piece.headers.get('etag')]).toEqual([206, null, '"a"'])
  })

  test('the tag of a response that is coded already stays', async () => {
    const app: App = () =>
      reply(LONG, { headers: { etag: '"a"', 'content-type': 'text/plain', 'content-encoding': 'br' } })
    const response = await dispatch(
      gzip({ etag: 'suffix' })(app),
      new Request('http://localhost/', { headers: { 'accept-encoding': 'br' } }),
    )
    expect(response.headers.get('etag')).toBe('"a"')
  })
})
