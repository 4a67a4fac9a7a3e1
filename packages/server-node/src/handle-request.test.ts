import { reply } from '@fsgi/core'
import { expect, test } from 'vitest'
import { head, testServer } from './fixtures/test-server.ts'
import type { App } from '@fsgi/core'

const echo: App = (request, context) =>
  reply.json({
    method: request.method,
    url: request.url,
    path: context.path,
    target: context.target,
    body: request.body === null ? 'null' : 'stream',
    fields: [...request.headers],
  })

async function echoed(text: string): Promise<Record<string, unknown>> {
  const server = await testServer(echo)
  const response = await server.exchange(text)
  const body = Buffer.from(response.slice(response.indexOf('\r\n\r\n')), 'latin1').toString()
  return JSON.parse(body) as Record<string, unknown>
}

async function place(target: string, host = 'h.example'): Promise<unknown[]> {
  const { url, path, target: seen } = await echoed(head(`GET ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close'))
  return [url, path, seen]
}

test('S1: the URL is concatenated, its target is kept', async () => {
  expect(await place('/a?b=%2C')).toEqual(['http://h.example/a?b=%2C', '/a', '/a?b=%2C'])
  expect(await place('//evil/x')).toEqual(['http://h.example//evil/x', '//evil/x', '//evil/x'])
  expect(await place('/a%2Fb%252Cc')).toEqual(['http://h.example/a%2Fb%252Cc', '/a%2Fb%252Cc', '/a%2Fb%252Cc'])
  expect(await place('/x?')).toEqual(['http://h.example/x?', '/x', '/x?'])
  expect(await place('/x?%zz')).toEqual(['http://h.example/x?%zz', '/x', '/x?%zz'])
})

test('S1: a fragment is cut off', async () => {
  expect(await place('/a#b')).toEqual(['http://h.example/a', '/a', '/a#b'])
})

test('S1: dot segments are removed, also those that the URL parser of Node 20 leaves', async () => {
  for (const target of ['/a/../b', '/a/%2e%2E/b', '/./b', '/a/.x/../../b']) {
    expect((await place(target)).slice(0, 2)).toEqual(['http://h.example/b', '/b'])
  }
  expect((await place('/a/.b/../c')).slice(0, 2)).toEqual(['http://h.example/a/c', '/a/c'])
})

test('S1: the authority of an absolute target wins over Host, the scheme is the connection’s', async () => {
  expect(await place('https://other.example:81/x?y')).toEqual([
    'http://other.example:81/x?y',
    '/x',
    'https://other.example:81/x?y',
  ])
  expect((await place('http://other.example')).slice(0, 2)).toEqual(['http://other.example/', '/'])
  expect((await place('http://other.example?q')).slice(0, 2)).toEqual(['http://other.example/?q', '/'])
})

test('S1: a default port is left out, an IPv6 host kept', async () => {
  expect((await place('/', 'h.example:80'))[0]).toBe('http://h.example/')
  expect((await place('/', '[::1]:81'))[0]).toBe('http://[::1]:81/')
})

test.each([
  ['no Host', head('GET / HTTP/1.1', 'Connection: close')],
  ['two Hosts', head('GET / HTTP/1.1', 'Host: a', 'Host: a', 'Connection: close')],
  ['an empty Host', head('GET / HTTP/1.1', 'Host:', 'Connection: close')],
  ['userinfo in Host', head('GET / HTTP/1.1', 'Host: user@h', 'Connection: close')],
  ['a path in Host', head('GET / HTTP/1.1', 'Host: h/x', 'Connection: close')],
  ['a Host that no URL can have', head('GET / HTTP/1.1', 'Host: 1.2.3.999', 'Connection: close')],
  ['a port that no URL can have', head('GET / HTTP/1.1', 'Host: h:99999', 'Connection: close')],
  ['an invalid Host beside an absolute target', head('GET http://h/ HTTP/1.1', 'Host: a b', 'Connection: close')],
  ['userinfo in the target', head('GET http://user:word@h/ HTTP/1.1', 'Host: h', 'Connection: close')],
  ['another scheme', head('GET ftp://h/ HTTP/1.1', 'Host: h', 'Connection: close')],
  ['a target without slash', head('GET @evil/x HTTP/1.1', 'Host: h')],
  ['an asterisk with GET', head('GET * HTTP/1.1', 'Host: h', 'Connection: close')],
  ['garbage', 'hello\r\n\r\n'],
])('S2: %s is answered with 400, and the app is not called', async (_, text) => {
  let calls = 0
  const server = await testServer(() => (calls++, reply('called')))
  expect(await server.exchange(text)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect(calls).toBe(0)
  expect(server.reported).toEqual([])
})

test('S2: HTTP/1.0 needs no Host', async () => {
  const server = await testServer((request) => reply(request.url))
  expect(await server.exchange(head('GET /x HTTP/1.0'))).toMatch(new RegExp(`\r\n\r\n${server.url}/x$`))
})

test('S4: OPTIONS *, TRACE and CONNECT are answered by the server, which goes on', async () => {
  let calls = 0
  const server = await testServer(() => (calls++, reply('called')))
  expect(await server.exchange(head('OPTIONS * HTTP/1.1', 'Host: h', 'Connection: close'))).toMatch(/^HTTP\/1\.1 204 /)
  expect(await server.exchange(head('TRACE / HTTP/1.1', 'Host: h', 'Connection: close'))).toMatch(/^HTTP\/1\.1 501 /)
  const connect = server.client().send(head('CONNECT h:443 HTTP/1.1', 'Host: h:443'))
  expect(await connect.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 501 /)
  expect(await server.exchange(head('FOO / HTTP/1.1', 'Host: h'))).toMatch(/^HTTP\/1\.1 501 /)
  expect(calls).toBe(0)
  expect(await server.exchange(head('OPTIONS /x HTTP/1.1', 'Host: h', 'Connection: close'))).toMatch(/called$/)
})

test('S4: methods are passed on as they are', async () => {
  for (const method of ['PROPFIND', 'QUERY', 'DELETE', 'M-SEARCH']) {
    expect((await echoed(head(`${method} / HTTP/1.1`, 'Host: h', 'Connection: close')))['method']).toBe(method)
  }
})

test('S5: end-to-end fields in order, hop-by-hop fields and what Connection names removed, none invented', async () => {
  const { fields } = await echoed(
    head(
      'POST / HTTP/1.1',
      'Host: h',
      'X-A: 1',
      'Connection: close, X-Hop, Host, Content-Length',
      'X-Hop: gone',
      'Keep-Alive: 3',
      'Proxy-Connection: x',
      'TE: trailers',
      'Upgrade: foo',
      'HTTP2-Settings: x',
      'X-A: 2',
      'Cookie: a=1',
      'Cookie: b=2',
      '__proto__: p',
      'X-Latin: \xe9',
      'Content-Length: 0',
    ),
  )
  expect(fields).toEqual([
    ['__proto__', 'p'],
    ['content-length', '0'],
    ['cookie', 'a=1; b=2'],
    ['host', 'h'],
    ['x-a', '1, 2'],
    ['x-latin', '\xe9'],
  ])
})

test('S6: no body is null, and so is that of GET', async () => {
  expect((await echoed(head('POST / HTTP/1.1', 'Host: h', 'Connection: close')))['body']).toBe('null')
  expect((await echoed(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0', 'Connection: close')))['body']).toBe(
    'null',
  )
  expect(
    (await echoed(`${head('GET / HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Connection: close')}abc`))['body'],
  ).toBe('null')
})

test('S5: the length of a body that is not passed on is not passed on either', async () => {
  for (const [length, seen] of [
    ['3', []],
    ['0', [['content-length', '0']]],
  ] as const) {
    const text = head(
      'GET / HTTP/1.1',
      'Host: h',
      `Content-Length: ${length}`,
      'Content-Type: a/b',
      'Connection: close',
    )
    const { fields } = await echoed(text + (length === '3' ? 'abc' : ''))
    expect(fields).toEqual([...seen, ['content-type', 'a/b'], ['host', 'h']])
  }
})

test('G2: the request is a genuine Request', async () => {
  const server = await testServer(async (request) => {
    const copy = new Request(request, { method: 'PUT' })
    return reply(`${request instanceof Request} ${await copy.text()} ${request.headers instanceof Headers}`)
  })
  const response = await server.exchange(
    `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 2', 'Connection: close')}hi`,
  )
  expect(response).toMatch(/true hi true$/)
})

test.each([
  ['a length beside chunks', ['Content-Length: 3', 'Transfer-Encoding: chunked'], 400],
  ['two lengths', ['Content-Length: 3', 'Content-Length: 4'], 400],
  ['the same length twice', ['Content-Length: 3', 'Content-Length: 3'], 400],
  ['a list of lengths', ['Content-Length: 3, 3'], 400],
  ['a signed length', ['Content-Length: +3'], 400],
  ['a coding that is not chunked', ['Transfer-Encoding: gzip'], 501],
  ['a coding before chunked', ['Transfer-Encoding: gzip, chunked'], 501],
])('S9: %s is refused and the connection closed', async (_, lines, status) => {
  let calls = 0
  const server = await testServer(() => (calls++, reply('called')))
  const client = server.client()
  client.send(`${head('POST / HTTP/1.1', 'Host: h', ...lines)}abcGET / HTTP/1.1\r\nHost: h\r\n\r\n`)
  expect(await client.untilClosed()).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*\r\nconnection: close\r\n`, 'i'))
  expect(client.received.match(/HTTP\/1/g)).toHaveLength(1)
  expect(calls).toBe(0)
})

test('S9: chunks in HTTP/1.0 are refused', async () => {
  const server = await testServer(() => reply('called'))
  const client = server.client().send(head('POST / HTTP/1.0', 'Transfer-Encoding: chunked'))
  expect(await client.until('Bad Request\n')).toMatch(/^HTTP\/1\.1 400 /)
})

test('another version of HTTP is refused', async () => {
  const server = await testServer(() => reply('called'))
  expect(await server.exchange(head('GET / HTTP/2.0', 'Host: h'))).toMatch(/^HTTP\/1\.1 505 /)
})

test('S9: a head that is too long is 431, a target that is 414', async () => {
  const server = await testServer(() => reply('called'), { maxHeaderBytes: 1024 })
  expect(
    await server
      .client()
      .send(head('GET / HTTP/1.1', 'Host: h', `X: ${'a'.repeat(2000)}`))
      .until('\r\n\r\n'),
  ).toMatch(/^HTTP\/1\.1 431 /)
  expect(
    await server
      .client()
      .send(head(`GET /${'a'.repeat(2000)} HTTP/1.1`, 'Host: h'))
      .until('\r\n\r\n'),
  ).toMatch(/^HTTP\/1\.1 414 /)
})

test('every field arrives, however many there are', async () => {
  const { fields } = await echoed(
    head('GET / HTTP/1.1', 'Host: h', 'Connection: close', ...Array.from({ length: 3000 }, (_, i) => `x${i}:`)),
  )
  expect(fields).toHaveLength(3001)
})
