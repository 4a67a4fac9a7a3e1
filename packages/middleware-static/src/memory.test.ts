import { afterEach, expect, test, vi } from 'vitest'
import { bodyOf, reply, toFetch } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { memory, serveStatic } from './index.ts'
import type { App } from '@fsgi/core'

afterEach(() => vi.unstubAllGlobals())

const inner: App = () => reply('inner', { status: 404 })
const app = serveStatic(
  memory({
    '/index.html': '<h1>Hi</h1>',
    '/a b/100% ü.txt': 'ü',
    '/a b/index.html': 'index',
    '/raw': new Uint8Array([0, 255]),
  }),
)(inner)

test('a tree in memory is served as a directory is', async () => {
  expect(await (await dispatch(app, '/')).text()).toBe('<h1>Hi</h1>')
  const response = await dispatch(app, '/a%20b/100%25%20%C3%BC.txt')
  expect([response.headers.get('content-length'), await response.text()]).toEqual(['2', 'ü'])
  expect((await dispatch(app, '/a%20b')).headers.get('location')).toBe('/a%20b/')
  expect(await (await dispatch(app, '/a%20b/')).text()).toBe('index')
  expect((await dispatch(app, '/a%20b/nothing')).status).toBe(404)
  expect((await dispatch(app, '/__proto__')).status).toBe(404)
  expect([...new Uint8Array(await (await dispatch(app, '/raw')).arrayBuffer())]).toEqual([0, 255])
})

test('tags, ranges and conditions work, and there is no date', async () => {
  const { headers } = await dispatch(app, '/')
  expect([headers.get('etag')?.[0], headers.get('last-modified')]).toEqual(['"', null])
  const ask = (fields: Record<string, string>): Promise<Response> =>
    dispatch(app, new Request('http://localhost/', { headers: fields }))
  expect((await ask({ 'if-none-match': headers.get('etag')! })).status).toBe(304)
  expect(await (await ask({ range: 'bytes=-5', 'if-range': headers.get('etag')! })).text()).toBe('</h1>')
})

test('the bytes survive being sent, whole and in parts, again and again', async () => {
  for (let i = 0; i < 3; i++) {
    expect(await (await toFetch(app)(new Request('http://localhost/'))).text()).toBe('<h1>Hi</h1>')
    const response = await toFetch(app)(new Request('http://localhost/', { headers: { range: 'bytes=0-3' } }))
    expect(new TextDecoder().decode(bodyOf(response) as Uint8Array)).toBe('<h1>')
  }
})

test.each([
  ['index.html', 'cannot serve'],
  ['/a/../b', 'cannot serve'],
  ['/', 'cannot serve'],
  ['/a/', 'cannot serve'],
  ['/a//b', 'cannot serve'],
  ['/con', 'cannot serve'],
])('the key %s is refused', (path, message) => {
  expect(() => memory({ [path]: '' })).toThrow(`@fsgi/middleware-static: memory() ${message} '${path}'`)
})

test('a key that is a file and a directory, and content that is neither text nor bytes, are refused', () => {
  expect(() => memory({ '/a': '', '/a/b': '' })).toThrow("'/a' both as a file and as a directory")
  expect(() => memory({ '/a': 1 as never })).toThrow("needs a string or a Uint8Array for '/a'")
})

test('where the runtime has no file system, a directory is refused in words and a tree in memory works', async () => {
  vi.stubGlobal('process', undefined)
  expect(() => serveStatic('public')).toThrow(
    'this runtime has no file system (node:fs): serve memory({ … }) or another backend instead',
  )
  const answer = serveStatic(memory({ '/a': 'a' }))(inner)(new Request('http://localhost/a'), { path: '/a' } as never)
  vi.unstubAllGlobals() // before anything waits: the test runner needs it too
  expect(await (await answer).text()).toBe('a')
})
