// Programs that people download with, and nginx in front: what they were written against decides, not what we think of it.
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { reply } from '@fsgi/core'
import { serve } from '@fsgi/server-node'
import { command } from './fixtures/command.ts'
import { recorded } from './fixtures/recorded.ts'
import { serveStatic } from './serve-static.ts'
import { until } from './fixtures/until.ts'
import type { Exchanged } from './fixtures/recorded.ts'
import type { Server } from '@fsgi/server-node'

const LARGE = randomBytes(3_000_000)
const sum = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

let base: string
let root: string
let own: string
let server: Server
const exchanges: Exchanged[] = []
const url = (path: string): string => `http://127.0.0.1:${server.port}${path}`

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'fsgi-clients-'))
  root = join(base, 'www')
  own = join(base, 'downloads')
  await mkdir(root)
  await mkdir(own)
  await writeFile(join(root, 'large.bin'), LARGE)
  await writeFile(join(root, 'small.txt'), 'small '.repeat(1000))
  const notFound = () => reply('Not Found', { status: 404 })
  server = await serve(recorded(serveStatic(root, { etag: 'content' })(notFound), exchanges), { port: 0 })
})
afterEach(() => void exchanges.splice(0))
afterAll(async () => {
  await server?.close({ limit: 0 })
  await rm(base, { recursive: true })
})

describe('curl', () => {
  test('resumes a download with -C -', async () => {
    const file = join(own, 'curl.bin')
    await writeFile(file, LARGE.subarray(0, 1_234_567))
    const { code, output } = await command('curl', ['-sS', '-f', '-C', '-', '-o', file, url('/large.bin')])
    expect([code, output]).toEqual([0, ''])
    expect(sum(await readFile(file))).toBe(sum(LARGE))
    expect(exchanges).toEqual([{ method: 'GET', path: '/large.bin', range: 'bytes=1234567-', status: 206 }])
  })

  test('that has all of it already is told so', async () => {
    const file = join(own, 'whole.bin')
    await writeFile(file, LARGE)
    await command('curl', ['-sS', '-C', '-', '-o', file, url('/large.bin')])
    expect([exchanges[0]!.status, sum(await readFile(file))]).toEqual([416, sum(LARGE)])
  })

  test('keeps a tag and is told that nothing changed', async () => {
    const [file, etag] = [join(own, 'small.txt'), join(own, 'small.etag')]
    const args = ['-sS', '-o', file, '--etag-save', etag, '--etag-compare', etag, url('/small.txt')]
    await command('curl', args)
    await command('curl', args)
    expect(exchanges.map(({ status }) => status)).toEqual([200, 304])
    expect((await readFile(file, 'utf8')).length).toBe(6000)
  })

  test('asks for several parts at once', async () => {
    const { output } = await command('curl', ['-sS', '-r', '0-1,-2', url('/small.txt')])
    expect(output).toMatch(
      /content-range: bytes 0-1\/6000\r\n\r\nsm\r\n[^]*content-range: bytes 5998-5999\/6000\r\n\r\nl \r\n/,
    )
  })
})

describe('wget', () => {
  test('-N downloads once, and again only when the file is newer', async () => {
    const get = (): Promise<{ code: number | null }> => command('wget', ['-q', '-N', url('/small.txt')], own)
    await rm(join(own, 'small.txt'), { force: true })
    await utimes(join(root, 'small.txt'), 1_700_000_000, 1_700_000_000)
    expect((await get()).code).toBe(0)
    expect((await stat(join(own, 'small.txt'))).mtimeMs).toBe(1_700_000_000_000) // wget keeps Last-Modified
    expect((await get()).code).toBe(0)
    await utimes(join(root, 'small.txt'), 1_700_000_100, 1_700_000_100)
    expect((await get()).code).toBe(0)
    expect(exchanges.map(({ status }) => status)).toEqual([200, 304, 200])
  })

  test('-c goes on where it was', async () => {
    await writeFile(join(own, 'large.bin'), LARGE.subarray(0, 2_999_999))
    expect((await command('wget', ['-q', '-c', url('/large.bin')], own)).code).toBe(0)
    expect(sum(await readFile(join(own, 'large.bin')))).toBe(sum(LARGE))
    expect(exchanges.at(-1)).toMatchObject({ range: 'bytes=2999999-', status: 206 })
  })
})

test('ffprobe finds its way in a film whose index is at its end', async () => {
  const film = join(root, 'film.mp4')
  const source = ['-f', 'lavfi', '-i', 'testsrc=duration=20:size=320x180:rate=15,noise=alls=60:allf=t']
  await command('ffmpeg', ['-v', 'error', '-y', ...source, '-c:v', 'mpeg4', '-q:v', '2', film])
  const { size } = await stat(film)
  expect(size).toBeGreaterThan(2_000_000)
  const { code, output } = await command('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'format=duration',
    '-of',
    'csv=p=0',
    url('/film.mp4'),
  ])
  expect([code, output.trim()]).toEqual([0, '20.000000'])
  const parts = exchanges
    .filter(({ status }) => status === 206)
    .map(({ range }) => Number(/^bytes=(\d+)-/.exec(range!)![1]))
  expect(Math.max(...parts)).toBeGreaterThan(size / 2)
})

describe('nginx in front', () => {
  let port: number
  let child: ReturnType<typeof spawn>
  beforeAll(async () => {
    port = await freePort()
    const folder = join(base, 'nginx')
    await mkdir(folder)
    await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, server.port!))
    child = spawn('/usr/sbin/nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
      stdio: 'ignore',
    })
    await until(
      () =>
        fetch(`http://127.0.0.1:${port}/ready`).then(
          () => true,
          () => false,
        ),
      'nginx listens',
    )
    exchanges.splice(0)
  })
  afterAll(async () => {
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    await ended
  })
  const front = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers })

  test('fetches a large file in slices of one version, keeps them, and makes parts of them', async () => {
    await until(
      async () => (await fetch(url('/large.bin'), { method: 'HEAD' })).headers.get('etag')![0] === '"',
      'the tag is strong',
    )
    exchanges.splice(0)
    const part = await front('/sliced/large.bin', { range: 'bytes=1500000-1500009' })
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, LARGE.subarray(1_500_000, 1_500_010)])
    expect(exchanges).toEqual([{ method: 'GET', path: '/large.bin', range: 'bytes=1048576-2097151', status: 206 }])
    expect(sum(new Uint8Array(await (await front('/sliced/large.bin')).arrayBuffer()))).toBe(sum(LARGE))
    expect(exchanges.map(({ range }) => range)).toEqual([
      'bytes=1048576-2097151',
      'bytes=0-1048575',
      'bytes=2097152-3145727',
    ])
    expect(sum(new Uint8Array(await (await front('/sliced/large.bin')).arrayBuffer()))).toBe(sum(LARGE))
    expect(exchanges.length).toBe(3)
  })

  test('keeps a small file and revalidates it by its tag', async () => {
    const get = async (): Promise<number> => (await (await front('/cached/small.txt')).text()).length
    await until(async () => (await get()) === 6000 && exchanges.length === 3, 'it was asked for three times')
    expect(exchanges.map(({ status }) => status)).toEqual([200, 304, 304])
  })
})

function configuration(folder: string, port: number, upstream: number): string {
  return `
daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  proxy_cache_path ${folder}/cache keys_zone=files:1m;
  server {
    listen 127.0.0.1:${port};
    location /ready { return 204; }
    location /sliced/ {
      slice 1m; proxy_cache files; proxy_cache_key $uri$slice_range; proxy_cache_valid 200 206 1h;
      proxy_ignore_headers Cache-Control; proxy_set_header Range $slice_range; proxy_http_version 1.1;
      proxy_pass http://127.0.0.1:${upstream}/;
    }
    location /cached/ {
      proxy_cache files; proxy_cache_valid 200 1s; proxy_cache_revalidate on; proxy_http_version 1.1;
      proxy_ignore_headers Cache-Control; proxy_pass http://127.0.0.1:${upstream}/;
    }
  }
}
`
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  taken.close()
  await once(taken, 'close')
  return port
}
