import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mount } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { fileSystem, memory, serveStatic } from './index.ts'
import { listingPage } from './listing-page.ts'
import type { App } from '@fsgi/core'
import type { StaticOptions } from './index.ts'

const inner: App = () => new Response('inner', { status: 404 })

let base: string
let root: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'fsgi-listing-'))
  root = join(base, 'www')
  await mkdir(join(root, 'docs/deeper'), { recursive: true })
  await mkdir(join(root, 'paged'))
  await mkdir(join(root, 'empty'))
  await mkdir(join(base, 'private'))
  await writeFile(join(base, 'private/secret.txt'), 'secret')
  await writeFile(join(root, 'paged/index.html'), 'index')
  await writeFile(join(root, 'page.txt'), 'x'.repeat(1536))
  for (const name of ['file10.txt', 'file9.txt', '<img src=x onerror=alert(1)>.txt', '100% & "more".txt', 'ü b.txt']) {
    await writeFile(join(root, 'docs', name), name)
  }
  for (const hidden of ['.env', 'javascript:alert(1)', 'aux.txt', 'trailing.', 'back\\slash']) {
    await writeFile(join(root, 'docs', hidden), 'hidden')
  }
  await symlink('../../private', join(root, 'docs/dir-outside'))
  await symlink('../../private/secret.txt', join(root, 'docs/file-outside'))
  await symlink('file9.txt', join(root, 'docs/file-inside'))
  await symlink('nothing', join(root, 'docs/broken'))
  await symlink('../private', join(root, 'outside'))
  await utimes(join(root, 'docs/file9.txt'), 1_700_000_000, 1_700_000_000)
})
afterAll(() => rm(base, { recursive: true }))

const get = (
  path: string,
  options: StaticOptions = { listing: true },
  headers = {},
  method = 'GET',
): Promise<Response> =>
  dispatch(serveStatic(root, options)(inner), new Request(`http://localhost${path}`, { headers, method }))

/** What a page links to, in its order, but for the way up. */
async function links(response: Response): Promise<string[]> {
  const body = (await response.text()).replace(/[^]*<tbody>/, '')
  return [...body.matchAll(/href="\.\/([^"]*)"/g)].map(([, link]) => decodeURIComponent(link!))
}

describe('a directory without an index', () => {
  test('is listed: what can be reached, directories first, numbers in their order', async () => {
    expect(await links(await get('/docs/'))).toEqual([
      'deeper/',
      '<img src=x onerror=alert(1)>.txt',
      '100% & "more".txt',
      'file-inside',
      'file9.txt',
      'file10.txt',
      'ü b.txt',
    ])
  })

  test.each<[symlinks: 'follow' | 'never', expected: string[]]>([
    ['follow', ['dir-outside/', 'file-inside', 'file-outside']],
    ['never', []],
  ])('with symlinks: %s', async (symlinks, expected) => {
    const names = await links(await get('/docs/', { listing: true, symlinks }))
    expect(names.filter((name) => /side/.test(name)).toSorted()).toEqual(expected)
  })

  test('every link leads to what it names', async () => {
    const response = await get('/docs/')
    const hrefs = [...(await response.text()).matchAll(/href="(\.\/[^"]+)"/g)].map(([, href]) => href!)
    expect(hrefs.length).toBeGreaterThan(5)
    for (const href of hrefs) {
      const { pathname } = new URL(href, 'http://localhost/docs/')
      expect((await get(pathname)).status, href).toBe(200)
    }
  })

  test('no name is markup, and no script could run', async () => {
    const response = await get('/docs/')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const page = await response.text()
    expect(page).not.toContain('<img')
    expect(page).toContain('<bdi>&#60;img src=x onerror=alert(1)&#62;.txt</bdi>')
    expect(page).toContain('<bdi>100% &#38; &#34;more&#34;.txt</bdi>')
    expect(listingPage('/<script>/', [])).not.toContain('<script>')
  })

  test('shows sizes and dates', async () => {
    expect(await (await get('/')).text()).toMatch(/page\.txt<\/bdi>.*>1\.5 KiB<.*<time datetime="\d{4}-/)
    expect(await (await get('/docs/')).text()).toMatch(/file9\.txt<\/bdi>.*>9 B<.*2023-11-14 <span>22:13<\/span>/)
  })

  test('is redirected to its slash, and the empty one says so', async () => {
    expect((await get('/docs?a')).headers.get('location')).toBe('/docs/?a')
    expect(await (await get('/empty/')).text()).toContain('This directory is empty.')
  })

  test('has conditions, HEAD and no caching without asking', async () => {
    const page = await get('/docs/')
    const etag = page.headers.get('etag')!
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect((await get('/docs/', undefined, { 'if-none-match': etag })).status).toBe(304)
    const head = await get('/docs/', undefined, {}, 'HEAD')
    expect([head.headers.get('content-length'), await head.text()]).toEqual([page.headers.get('content-length'), ''])
    expect((await get('/docs/', { listing: true, otherMethods: 'refuse' }, {}, 'POST')).status).toBe(405)
  })
})

test('what has an index, is outside, is a file, hidden or absent is not listed', async () => {
  expect(await (await get('/paged/')).text()).toBe('index')
  for (const path of ['/outside/', '/outside', '/docs/dir-outside/', '/page.txt/', '/nothing/', '/.git/', '/docs//']) {
    expect((await get(path)).status, path).toBe(404)
  }
  expect((await get('/docs/', {})).status).toBe(404)
  expect((await get('/docs', {})).status).toBe(404)
})

test('a tree in memory is listed too, below any mount', async () => {
  const files = serveStatic(memory({ '/a/b/c.txt': 'c', '/a/d.txt': '', '/e.txt': '' }), { listing: true })(inner)
  const app = mount({ '/m': files, '/': inner })
  expect(await links(await dispatch(app, '/m/'))).toEqual(['a/', 'e.txt'])
  expect(await links(await dispatch(app, '/m/a/'))).toEqual(['b/', 'd.txt'])
  expect((await dispatch(app, '/m')).headers.get('location')).toBe('/m/')
  expect((await dispatch(app, '/m/a/b')).headers.get('location')).toBe('/m/a/b/')
})

test('a backend that cannot list is refused at once', () => {
  expect(() => serveStatic({ find: () => null }, { listing: true })).toThrow(
    "option 'listing' needs a backend that has list()",
  )
})

test('a directory that is asked for by many is read once for those who ask meanwhile', async () => {
  const backend = fileSystem(root)
  const lists = await Promise.all(Array.from({ length: 50 }, () => backend.list!('docs')))
  expect(new Set(lists).size).toBe(2)
})

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [150 * 1024, '150 KiB'],
  [5_000_000, '4.8 MiB'],
  [7 * 1024 ** 4, '7.0 TiB'],
  [9000 * 1024 ** 4, '9000 TiB'],
])('%d bytes are %s', (size, shown) => {
  expect(listingPage('/', [{ name: 'a', directory: false, size, modified: null }])).toContain(`>${shown}<`)
})
