import { expect, test, describe } from 'vitest'
import { mount, reply } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { memory, serveStatic } from './index.ts'
import type { App } from '@fsgi/core'
import type { StaticOptions } from './index.ts'

const files = memory({
  '/index.html': '<div id="app"></div>',
  '/app.js': 'start()',
  '/about.html': 'About',
  '/guide.html': 'Guide',
  '/guide/first.html': 'First',
  '/both.html': 'file',
  '/both/index.html': 'directory',
  '/data.tar.gz': 'tar',
})
const PAGE = { accept: 'text/html,*/*;q=0.8', 'sec-fetch-mode': 'navigate' }
const api: App = (request, { path }) =>
  path === '/api/users'
    ? reply.json(['ada'])
    : reply(`no ${request.method} ${path}`, { status: path === '/api/broken' ? 500 : 404 })

async function ask(
  path: string,
  headers: Record<string, string>,
  options: StaticOptions,
  method = 'GET',
): Promise<[status: number, text: string]> {
  const response = await dispatch(
    serveStatic(files, options)(api),
    new Request(`http://localhost${path}`, { method, headers }),
  )
  return [response.status, await response.text()]
}

describe('the page of a single-page app', () => {
  const spa = { fallback: '/index.html' }
  const SHELL = '<div id="app"></div>'
  test.each<[title: string, path: string, headers: Record<string, string>, expected: [number, string]]>([
    ['a page that only the script knows', '/users/7', PAGE, [200, SHELL]],
    ['one with a dot', '/users/john.doe', PAGE, [200, SHELL]],
    ['one whose path can be no file', '/@a:b//c', PAGE, [200, SHELL]],
    ['a file', '/app.js', PAGE, [200, 'start()']],
    ['what the app below knows', '/api/users', PAGE, [200, '["ada"]']],
    ['an error of the app below', '/api/broken', PAGE, [500, 'no GET /api/broken']],
    [
      'a script that is not there',
      '/assets/old.js',
      { accept: '*/*', 'sec-fetch-mode': 'no-cors' },
      [404, 'no GET /assets/old.js'],
    ],
    ['data that is not there', '/api/nothing', { accept: 'application/json' }, [404, 'no GET /api/nothing']],
    ['a program that takes anything', '/users/7', { accept: '*/*' }, [404, 'no GET /users/7']],
  ])('%s', async (_title, path, headers, expected) => {
    expect(await ask(path, headers, spa)).toEqual(expected)
  })

  test('is no answer to a form, and HEAD says what GET sends', async () => {
    expect(await ask('/users/7', PAGE, spa, 'POST')).toEqual([404, 'no POST /users/7'])
    expect(await ask('/users/7', PAGE, spa, 'HEAD')).toEqual([200, ''])
  })

  test('has conditions, and says what the choice depended on', async () => {
    const app = serveStatic(files, { ...spa, precompressed: true })(api)
    const first = await dispatch(app, new Request('http://localhost/users/7', { headers: PAGE }))
    expect(first.headers.get('vary')).toBe('accept, sec-fetch-mode, accept-encoding')
    const headers = { ...PAGE, 'if-none-match': first.headers.get('etag')! }
    const second = await dispatch(app, new Request('http://localhost/users/8', { headers }))
    expect([second.status, second.headers.get('vary')]).toEqual([304, 'accept, sec-fetch-mode, accept-encoding'])
    const index = await dispatch(app, new Request('http://localhost/', { headers: PAGE }))
    expect(index.headers.get('vary')).toBe('accept-encoding')
  })

  test('that is not there leaves the answer of the app below', async () => {
    expect(await ask('/users/7', PAGE, { fallback: '/nothing.html' })).toEqual([404, 'no GET /users/7'])
  })

  test('ends the body that is not sent', async () => {
    let cancelled = 0
    const streaming: App = () => new Response(new ReadableStream({ cancel: () => void cancelled++ }), { status: 404 })
    const app = serveStatic(files, spa)(streaming)
    const response = await dispatch(app, new Request('http://localhost/x', { headers: PAGE }))
    expect([response.status, await response.text(), cancelled]).toEqual([200, SHELL, 1])
  })

  test.each(['index.html', '/', '/docs/', '/../x', '/a//b'])('%j is refused', (fallback) => {
    expect(() => serveStatic(files, { fallback })).toThrow(
      "option 'fallback' must be the path of a file below the root",
    )
  })
})

describe('extensions', () => {
  const options = { extensions: ['html', 'tar.gz'] }
  test.each<[path: string, expected: [number, string]]>([
    ['/about', [200, 'About']],
    ['/about.html', [200, 'About']],
    ['/data', [200, 'tar']],
    ['/guide', [200, 'Guide']],
    ['/guide/first', [200, 'First']],
    ['/guide/', [404, 'no GET /guide/']],
    ['/both', [301, '']],
    ['/about/', [404, 'no GET /about/']],
    ['/nothing', [404, 'no GET /nothing']],
  ])('%s', async (path, expected) => {
    expect(await ask(path, {}, options)).toEqual(expected)
  })

  test('the type is that of the file', async () => {
    const response = await dispatch(serveStatic(files, options)(api), '/about')
    expect(response.headers.get('content-type')).toBe('text/html;charset=utf-8')
  })

  test('the mount itself has none', async () => {
    const app = mount({ '/m': serveStatic(memory({ '/a.txt': '' }), options)(api), '/': api })
    expect((await dispatch(app, '/m')).status).toBe(404)
  })

  test.each([['.html'], [''], ['a/b'], ['../x']])('%j is refused', (extension) => {
    expect(() => serveStatic(files, { extensions: [extension] })).toThrow(
      "option 'extensions.0' must be an extension without its dot",
    )
  })
})

describe('other methods', () => {
  test('pass to the app below', async () => {
    expect(await ask('/app.js', {}, {}, 'POST')).toEqual([404, 'no POST /app.js'])
    expect(await ask('/app.js', {}, {}, 'OPTIONS')).toEqual([404, 'no OPTIONS /app.js'])
  })

  test.each<[method: string, path: string, status: number]>([
    ['POST', '/app.js', 405],
    ['DELETE', '/', 405],
    ['PUT', '/both', 405],
    ['OPTIONS', '/app.js', 204],
    ['POST', '/nothing', 404],
    ['OPTIONS', '/nothing', 404],
  ])('refused: %s %s is %d', async (method, path, status) => {
    const app = serveStatic(files, { otherMethods: 'refuse' })(api)
    const response = await dispatch(app, new Request(`http://localhost${path}`, { method }))
    expect([response.status, response.headers.get('allow')]).toEqual([
      status,
      status === 404 ? null : 'GET, HEAD, OPTIONS',
    ])
  })
})
