// The package as it is published, on every runtime and its own server: a directory where there is a file system, a tree in memory everywhere.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'esbuild'
import { builtProgram } from '../../../scripts/runtimes/built-program.ts'
import { runtimes } from '../../../runtimes/index.ts'
import { startProgram } from '../../../scripts/runtimes/start-program.ts'
import { until } from './fixtures/until.ts'
import type { Runtime } from '../../../runtimes/index.ts'

const APP = `
import { mount, reply } from '@fsgi/core'
import { memory, serveStatic } from '@fsgi/middleware-static'
const notFound = () => reply('Not Found', { status: 404 })
const files = { '/index.html': '<h1>Hi</h1>', '/docs/a.txt': 'a', '/raw.bin': new Uint8Array([0, 255, 10]) }
function directory() {
  const options = { precompressed: true, listing: true, etag: 'content', extensions: ['txt'] }
  try { return serveStatic('files', options)(notFound) } catch (error) { return () => reply(error.message, { status: 501 }) }
}
export const app = mount({ '/memory': serveStatic(memory(files), { listing: true })(notFound), '/files': directory() })
`

let program: ReturnType<typeof builtProgram>
beforeAll(async () => {
  program = builtProgram(['@fsgi/core', '@fsgi/server-node', '@fsgi/middleware-static'])
  mkdirSync(join(program.folder, 'files'))
  writeFileSync(join(program.folder, 'files/small.txt'), 'small')
  writeFileSync(join(program.folder, 'files/small.txt.gz'), gzipSync('small'))
  writeFileSync(join(program.folder, 'files/large.bin'), new Uint8Array(1_000_000).fill(7))
  writeFileSync(join(program.folder, 'app.js'), APP)
})
afterAll(() => program.remove())

describe.each(Object.keys(runtimes) as Runtime[])('%s', (runtime) => {
  let server: Awaited<ReturnType<typeof startProgram>>
  beforeAll(async () => {
    // workerd loads no packages: there the app is one file, as its users' bundlers make it.
    if (runtime === 'workerd') await bundleApp(program.folder)
    server = await startProgram(runtime, program.folder)
  })
  afterAll(() => server.stop())
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    fetch(server.url + path, { headers, method, redirect: 'manual' })

  test('a tree in memory: whole, in part, unchanged, redirected, absent', async () => {
    const whole = await get('/memory/')
    expect([whole.status, whole.headers.get('content-type'), await whole.text()]).toEqual([
      200,
      'text/html;charset=utf-8',
      '<h1>Hi</h1>',
    ])
    const part = await get('/memory/raw.bin', { range: 'bytes=1-' })
    expect([part.status, part.headers.get('content-range'), [...(await part.bytes())]]).toEqual([
      206,
      'bytes 1-2/3',
      [255, 10],
    ])
    const unchanged = await get('/memory/', { 'if-none-match': whole.headers.get('etag')! })
    expect([unchanged.status, unchanged.headers.get('etag'), await unchanged.text()]).toEqual([
      304,
      whole.headers.get('etag'),
      '',
    ])
    expect((await get('/memory')).headers.get('location')).toBe('/memory/')
    expect((await get('/memory/nothing')).status).toBe(404)
    expect(await (await get('/memory/docs/')).text()).toContain('href="./a.txt"')
  })

  test(
    runtime === 'workerd' ? 'a directory is refused in words' : 'a directory: small and large files, parts and HEAD',
    async () => {
      const small = await get('/files/small.txt', { 'accept-encoding': 'identity' })
      if (runtime === 'workerd') {
        expect([small.status, await small.text()]).toEqual([
          501,
          expect.stringMatching(/^@fsgi\/middleware-static: .*(?:not a directory|no file system)/),
        ])
        return
      }
      expect([small.status, small.headers.get('etag')?.[0], await small.text()]).toEqual([200, '"', 'small'])
      const coded = await get('/files/small', { 'accept-encoding': 'gzip' })
      expect([coded.headers.get('content-encoding'), await coded.text()]).toEqual(['gzip', 'small'])
      expect(await (await get('/files/')).text()).toContain('href="./large.bin"')
      await until(
        async () => (await get('/files/large.bin', {}, 'HEAD')).headers.get('etag')![0] === '"',
        'the tag is strong',
      )
      const large = await get('/files/large.bin')
      expect([
        large.status,
        large.headers.get('etag')?.length,
        (await large.bytes()).every((byte) => byte === 7),
      ]).toEqual([200, 24, true])
      const part = await get('/files/large.bin', { range: 'bytes=-70000' })
      expect([part.status, (await part.bytes()).length]).toEqual([206, 70_000])
      const head = await get('/files/large.bin', {}, 'HEAD')
      expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '1000000', ''])
      expect((await get('/files/..%2fapp.js')).status).toBe(404)
    },
  )
})

async function bundleApp(folder: string): Promise<void> {
  const outfile = join(folder, 'bundle.js')
  await build({
    entryPoints: [join(folder, 'app.js')],
    outfile,
    bundle: true,
    format: 'esm',
    external: ['@fsgi/core'],
    logLevel: 'silent',
  })
  cpSync(outfile, join(folder, 'app.js'))
}
