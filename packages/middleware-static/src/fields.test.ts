import { expect, test } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { memory, serveStatic } from './index.ts'
import type { StaticOptions } from './index.ts'

const files = memory({
  '/index.html': '<h1>Hi</h1>',
  '/Übersicht.pdf': '%PDF',
  '/font.woff2': 'font',
  '/model.glb': 'glTF',
})
const get = (path: string, options: StaticOptions, headers: Record<string, string> = {}): Promise<Response> =>
  dispatch(
    serveStatic(files, options)(() => new Response(null, { status: 404 })),
    new Request(`http://localhost${path}`, { headers }),
    { report: () => {} },
  )

test('download: all files, some, or under another name', async () => {
  const field = async (path: string, download: StaticOptions['download']): Promise<string | null> =>
    (await get(path, { download })).headers.get('content-disposition')
  expect(await field('/font.woff2', true)).toBe('attachment; filename="font.woff2"')
  expect(await field('/%C3%9Cbersicht.pdf', true)).toBe(
    `attachment; filename="_bersicht.pdf"; filename*=UTF-8''%C3%9Cbersicht.pdf`,
  )
  expect(await field('/font.woff2', ({ path }) => path.endsWith('.pdf'))).toBeNull()
  expect(await field('/font.woff2', () => 'my font')).toBe('attachment; filename="my font"')
  expect(await field('/font.woff2', false)).toBeNull()
})

test('headers: fields for all files, or made for each, on 200, 206 and 304', async () => {
  const headers = { 'Cross-Origin-Resource-Policy': 'cross-origin', vary: 'origin', 'content-language': 'en' }
  const whole = await get('/', { headers, precompressed: true })
  expect(Object.fromEntries(whole.headers)).toMatchObject({
    'cross-origin-resource-policy': 'cross-origin',
    'content-language': 'en',
    vary: 'origin, accept-encoding',
  })
  const part = await get('/', { headers }, { range: 'bytes=0-1' })
  expect([part.status, part.headers.get('cross-origin-resource-policy')]).toEqual([206, 'cross-origin'])
  const same = await get('/', { headers }, { 'if-none-match': '*' })
  expect(Object.fromEntries(same.headers)).toEqual({
    etag: whole.headers.get('etag'),
    'cache-control': 'no-cache',
    'cross-origin-resource-policy': 'cross-origin',
    vary: 'origin',
  })
  const made: StaticOptions = {
    headers: ({ path, type, size }) => (type.startsWith('text/html') ? { 'x-page': `${path} ${size}` } : undefined),
  }
  expect((await get('/', made)).headers.get('x-page')).toBe('/index.html 11')
  expect((await get('/font.woff2', made)).headers.has('x-page')).toBe(false)
})

test('headers replaces what is there: type and caching too', async () => {
  const headers = ({ path }: { path: string }): Record<string, string> =>
    path.endsWith('.glb') ? { 'Content-Type': 'model/x-mine', 'Cache-Control': 'no-store' } : {}
  const response = await get('/model.glb', { headers })
  expect([response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
    'model/x-mine',
    'no-store',
  ])
  const parts = await (await get('/model.glb', { headers }, { range: 'bytes=0-0,2-2' })).text()
  expect(parts).toContain('content-type: model/x-mine')
})

test.each(['Content-Length', 'etag', 'Last-Modified', 'content-range', 'transfer-encoding'])(
  'headers must not set %s: at once, or a 500 that says so',
  async (name) => {
    expect(() => serveStatic(files, { headers: { [name]: '1' } })).toThrow(
      "@fsgi/middleware-static: option 'headers' must be header fields",
    )
    const reported: unknown[] = []
    const app = serveStatic(files, { headers: () => ({ [name]: '1' }) })(() => new Response())
    const response = await dispatch(app, '/font.woff2', { report: (error) => reported.push(error) })
    expect(response.status).toBe(500)
    expect(String(reported[0])).toContain(`option 'headers' must not set '${name.toLowerCase()}' (for '/font.woff2')`)
  },
)

test.each([
  [{ headers: 'x: y' }, "option 'headers' must be header fields"],
  [{ headers: { 'a b': 'c' } }, "option 'headers' must be header fields"],
  [{ headers: { a: 'b\r\nc: d' } }, "option 'headers' must be header fields"],
  [{ headers: { a: 1 } }, "option 'headers' must be header fields"],
  [{ download: 'x' }, "option 'download' must be true, false, or a function"],
  [{ otherMethods: 'deny' }, "option 'otherMethods' must be 'pass' or 'refuse'"],
  [{ listing: 1 }, "option 'listing' must be true or false"],
  [{ etag: 'content' }, "option 'etag' is for a directory"],
])('%j is refused', (options, message) => {
  expect(() => serveStatic(files, options as never)).toThrow(`@fsgi/middleware-static: ${message}`)
})

test('functions are asked for every response, also where the content is in memory', async () => {
  let asked = 0
  const app = serveStatic(files, { cacheControl: () => `max-age=${++asked}` })(() => new Response())
  const seen = [await dispatch(app, '/'), await dispatch(app, '/')].map(({ headers }) => headers.get('cache-control'))
  expect(seen).toEqual(['max-age=1', 'max-age=2'])
})
