import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { memory, serveStatic } from './index.ts'
import type { App } from '@fsgi/core'
import type { StaticOptions } from './index.ts'

const SCRIPT = 'console.log("hello");\n'.repeat(200)
const BROWSER = 'gzip, deflate, br, zstd'
const inner: App = () => new Response('inner', { status: 404 })

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fsgi-variants-'))
  await mkdir(join(root, 'www/docs'), { recursive: true })
  const www = join(root, 'www')
  await writeFile(join(www, 'app.js'), SCRIPT)
  await writeFile(join(www, 'app.js.br'), brotliCompressSync(SCRIPT))
  await writeFile(join(www, 'app.js.gz'), gzipSync(SCRIPT))
  await writeFile(join(www, 'app.js.zst'), 'zstd bytes')
  await writeFile(join(www, 'only-gz.css'), 'a {}')
  await writeFile(join(www, 'only-gz.css.gz'), gzipSync('a {}'))
  await writeFile(join(www, 'plain.txt'), 'plain')
  await writeFile(join(www, 'orphan.js.br'), 'no file of its own')
  await writeFile(join(www, 'docs/index.html'), '<h1>Docs</h1>')
  await writeFile(join(www, 'docs/index.html.gz'), gzipSync('<h1>Docs</h1>'))
  await writeFile(join(root, 'secret.br'), 'secret')
  await writeFile(join(www, 'linked.js'), SCRIPT)
  await symlink('../secret.br', join(www, 'linked.js.br'))
  await mkdir(join(www, 'plain.txt.gz'))
  await utimes(join(www, 'app.js'), 1_700_000_000, 1_700_000_000)
  await utimes(join(www, 'app.js.br'), 1_700_000_100, 1_700_000_100)
})
afterAll(() => rm(root, { recursive: true }))

async function get(
  path: string,
  headers: Record<string, string> = {},
  options: StaticOptions = { precompressed: true },
  method = 'GET',
): Promise<Response> {
  const app = serveStatic(join(root, 'www'), options)(inner)
  return dispatch(app, new Request(`http://localhost${path}`, { method, headers }))
}
const coding = async (path: string, accept: string, options?: StaticOptions): Promise<string | null> =>
  (await get(path, { 'accept-encoding': accept }, options)).headers.get('content-encoding')

describe('a file that was compressed beforehand', () => {
  test('is sent with its coding, its own length, tag and date, and the type of the file', async () => {
    const response = await get('/app.js', { 'accept-encoding': BROWSER })
    const plain = await get('/app.js')
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(brotliDecompressSync(bytes).toString()).toBe(SCRIPT)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/javascript;charset=utf-8',
      'content-length': String(bytes.length),
      'last-modified': new Date(1_700_000_100_000).toUTCString(),
      vary: 'accept-encoding',
    })
    expect(response.headers.has('accept-ranges')).toBe(false)
    expect(response.headers.get('etag')).not.toBe(plain.headers.get('etag'))
    expect([plain.headers.get('vary'), plain.headers.get('content-encoding'), await plain.text()]).toEqual([
      'accept-encoding',
      null,
      SCRIPT,
    ])
  })

  test.each<[path: string, accept: string, expected: string | null]>([
    ['/app.js', 'gzip', 'gzip'],
    ['/app.js', 'zstd', 'zstd'],
    ['/app.js', 'br;q=0.5, gzip;q=0.9', 'gzip'],
    ['/app.js', 'br;q=0, gzip', 'gzip'],
    ['/app.js', 'identity, gzip;q=0.5', null],
    ['/app.js', 'deflate', null],
    ['/only-gz.css', BROWSER, 'gzip'],
    ['/only-gz.css', 'br', null],
    ['/plain.txt', BROWSER, null],
    ['/docs/', BROWSER, 'gzip'],
    ['/linked.js', BROWSER, null],
    ['/linked.js', 'br, gzip', null],
  ])('%s for %s: %s', async (path, accept, expected) => {
    expect(await coding(path, accept)).toBe(expected)
  })

  test('is looked for only where the option says so', async () => {
    const response = await get('/app.js', { 'accept-encoding': BROWSER }, {})
    expect([response.headers.get('content-encoding'), response.headers.get('vary')]).toEqual([null, null])
    expect(await coding('/app.js', BROWSER, { precompressed: ['gzip'] })).toBe('gzip')
    expect(await coding('/app.js', BROWSER, { precompressed: ['zstd', 'br'] })).toBe('zstd')
    expect(await coding('/app.js', BROWSER, { precompressed: false })).toBe(null)
  })

  test('is no file without the one that it was made of, and has a path of its own', async () => {
    expect((await get('/orphan.js', { 'accept-encoding': 'br' })).status).toBe(404)
    const direct = await get('/app.js.gz', { 'accept-encoding': BROWSER })
    expect([direct.status, direct.headers.get('content-encoding'), direct.headers.get('content-type')]).toEqual([
      200,
      null,
      'application/gzip',
    ])
  })

  test('that is a link to the outside is never sent', async () => {
    const response = await get('/linked.js', { 'accept-encoding': 'br' })
    expect([response.status, await response.text()]).toEqual([200, SCRIPT])
  })

  test('is revalidated by its own tag alone', async () => {
    const etag = (await get('/app.js', { 'accept-encoding': 'br' })).headers.get('etag')!
    const same = await get('/app.js', { 'accept-encoding': 'br', 'if-none-match': etag })
    expect([same.status, same.headers.get('vary'), same.headers.get('etag')]).toEqual([304, 'accept-encoding', etag])
    expect((await get('/app.js', { 'accept-encoding': 'gzip', 'if-none-match': etag })).status).toBe(200)
    expect((await get('/app.js', { 'if-none-match': etag })).status).toBe(200)
    expect((await get('/app.js', { 'accept-encoding': 'br', 'if-match': etag })).status).toBe(200)
    expect((await get('/app.js', { 'accept-encoding': 'gzip', 'if-match': etag })).status).toBe(412)
  })

  test('is never what a range is taken of', async () => {
    const response = await get('/app.js', { 'accept-encoding': BROWSER, range: 'bytes=0-6' })
    expect([
      response.status,
      response.headers.get('content-encoding'),
      response.headers.get('vary'),
      await response.text(),
    ]).toEqual([206, null, 'accept-encoding', 'console'])
    const etag = (await get('/app.js', { 'accept-encoding': 'br' })).headers.get('etag')!
    const resumed = await get('/app.js', { 'accept-encoding': 'br', range: 'bytes=5-', 'if-range': etag })
    expect([resumed.status, resumed.headers.get('content-encoding'), await resumed.text()]).toEqual([200, null, SCRIPT])
  })

  test('HEAD says what GET sends', async () => {
    const fields = { 'accept-encoding': 'gzip' }
    const [head, whole] = [await get('/app.js', fields, undefined, 'HEAD'), await get('/app.js', fields)]
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(whole.headers))
    expect(await head.text()).toBe('')
  })

  test('is found in other backends as well, and large ones are streamed', async () => {
    const app = serveStatic(memory({ '/a.js': 'a', '/a.js.gz': new Uint8Array(gzipSync('a')) }), {
      precompressed: true,
    })(inner)
    const response = await dispatch(
      app,
      new Request('http://localhost/a.js', { headers: { 'accept-encoding': 'gzip' } }),
    )
    expect(response.headers.get('content-encoding')).toBe('gzip')
    const large = await get('/app.js', { 'accept-encoding': 'gzip' }, { precompressed: true, cache: { maxBytes: 0 } })
    expect([large.headers.get('content-encoding'), (await large.arrayBuffer()).byteLength]).toEqual([
      'gzip',
      gzipSync(SCRIPT).length,
    ])
  })

  test.each([
    [
      { precompressed: 'br' },
      "option 'precompressed' must be true, false, or a list of 'br', 'zstd' and 'gzip', the best first",
    ],
    [{ precompressed: ['deflate'] }, "option 'precompressed"],
  ])('%j is refused', (options, message) => {
    expect(() => serveStatic(join(root, 'www'), options as StaticOptions)).toThrow(
      `@fsgi/middleware-static: ${message}`,
    )
  })
})
