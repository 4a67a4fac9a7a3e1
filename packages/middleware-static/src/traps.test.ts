// What other static servers got wrong, each over a raw socket: nothing between the test and the server tidies anything up.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, symlink, truncate, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mount, reply } from '@fsgi/core'
import { serve } from '@fsgi/server-node'
import { serveStatic } from './serve-static.ts'
import { ask, connected } from './fixtures/raw.ts'
import { meanwhile } from './fixtures/meanwhile.ts'
import type { Answer } from './fixtures/raw.ts'
import type { App } from '@fsgi/core'
import type { Server } from '@fsgi/server-node'

const inner: App = (request, { path }) => reply(`inner ${request.method} ${path}`, { status: 404 })
const LARGE = 2_000_000

let base: string
let root: string
let server: Server
const reported: unknown[] = []
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'fsgi-traps-'))
  root = join(base, 'www')
  await mkdir(join(root, 'docs'), { recursive: true })
  await mkdir(join(root, 'admin'))
  await mkdir(join(root, 'listed'))
  await mkdir(join(base, 'www-private'))
  await writeFile(join(root, 'a.txt'), '0123456789')
  await writeFile(join(root, 'one.txt'), 'x')
  await writeFile(join(root, 'empty.txt'), '')
  await writeFile(join(root, 'docs/index.html'), 'docs')
  await writeFile(join(root, 'admin/secret.html'), 'for admins')
  await writeFile(join(root, 'ü und b.txt'), 'names')
  await writeFile(join(root, 'listed/javascript:alert(1)'), '')
  await writeFile(join(root, 'listed/"><script>alert(1)<'), '')
  await writeFile(join(root, 'large.bin'), Buffer.alloc(LARGE, 'x'))
  await writeFile(join(root, 'css-config.env'), 'private')
  await writeFile(join(base, 'www-private/secret.txt'), 'private')
  await symlink('../www-private/secret.txt', join(root, 'link.txt'))
  await symlink('../www-private', join(root, 'linked'))
  execFileSync('mkfifo', [join(root, 'pipe')])
  await utimes(join(root, 'a.txt'), 1_772_366_400.9, 1_772_366_400.9)
  const files = serveStatic(root, { listing: true })
  const guarded: App = (request, context) =>
    context.path.startsWith('/admin') ? reply('no', { status: 403 }) : files(inner)(request, context)
  server = await serve(
    mount({ '/css': files(inner), '/owned': serveStatic(root, { otherMethods: 'refuse' })(inner), '/': guarded }),
    { port: 0, report: (error) => reported.push(error) },
  )
})
afterAll(async () => {
  await server.close({ limit: 0 })
  await rm(base, { recursive: true })
})

const get = (target: string, fields: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  ask(server.port!, method, target, fields)

describe('ranges', () => {
  test.each<[title: string, target: string, range: string, status: number, contentRange: string | null, body: string]>([
    ['a suffix longer than the file is the whole file', '/a.txt', 'bytes=-9999', 206, 'bytes 0-9/10', '0123456789'],
    ['0-0 is one byte, not the whole file', '/a.txt', 'bytes=0-0', 206, 'bytes 0-0/10', '0'],
    ['0-0 of a file of one byte is no 416', '/one.txt', 'bytes=0-0', 206, 'bytes 0-0/1', 'x'],
    ['-0 is unsatisfiable', '/a.txt', 'bytes=-0', 416, 'bytes */10', ''],
    ['a suffix of an empty file is no negative range', '/empty.txt', 'bytes=-5', 200, null, ''],
    ['any text is no range', '/a.txt', 'bytes=a-b', 200, null, '0123456789'],
    ['an unknown unit is ignored', '/a.txt', 'items=0-4', 200, null, '0123456789'],
    ['a range without a unit is none', '/a.txt', '0-4', 200, null, '0123456789'],
    ['more digits than a number has', '/a.txt', `bytes=0-${'9'.repeat(400)}`, 206, 'bytes 0-9/10', '0123456789'],
    ['beyond the end', '/a.txt', 'bytes=10-', 416, 'bytes */10', ''],
  ])('%s', async (_title, target, range, status, contentRange, body) => {
    const answer = await get(target, { range })
    expect([answer.status, answer.fields['content-range'] ?? null, answer.body]).toEqual([status, contentRange, body])
  })

  test('HEAD with a range is 200, with the length of the whole', async () => {
    const answer = await get('/a.txt', { range: 'bytes=0-1' }, 'HEAD')
    expect([answer.status, answer.fields['content-length'], answer.body]).toEqual([200, '10', ''])
  })

  test('many and overlapping ranges cost no more than the file', async () => {
    const overlapping = await get('/large.bin', { range: `bytes=${'0-,'.repeat(99)}0-` })
    expect([overlapping.status, overlapping.body.length]).toEqual([206, LARGE])
    const many = await get('/a.txt', { range: `bytes=${Array.from({ length: 1200 }, () => '0-0').join()}` })
    expect([many.status, many.body]).toEqual([200, '0123456789'])
  })
})

describe('conditions', () => {
  test('If-Range with the weak tag of a large file, or with a date that is not the file’s, gives the whole', async () => {
    const { fields } = await get('/large.bin', {}, 'HEAD')
    expect(fields['etag']).toMatch(/^W\//)
    const weak = await get('/large.bin', { range: 'bytes=0-1', 'if-range': fields['etag']! })
    expect([weak.status, weak.body.length]).toEqual([200, LARGE])
    const later = 'Sun, 01 Mar 2026 12:00:01 GMT'
    expect((await get('/a.txt', { range: 'bytes=0-1', 'if-range': later })).status).toBe(200)
    expect((await get('/a.txt', { range: 'bytes=0-1', 'if-range': 'Sun, 01 Mar 2026 12:00:00 GMT' })).status).toBe(206)
    const part = (await get('/a.txt')).fields['etag']!.slice(1, -1)
    expect((await get('/a.txt', { range: 'bytes=0-1', 'if-range': `"x${part}"` })).status).toBe(200) // no substring
  })

  test('If-Match compares strongly, If-None-Match weakly, and the first that fails decides', async () => {
    const { etag } = (await get('/a.txt')).fields
    expect((await get('/a.txt', { 'if-match': `W/${etag}` })).status).toBe(412)
    expect((await get('/a.txt', { 'if-none-match': `W/${etag}` })).status).toBe(304)
    expect((await get('/a.txt', { 'if-match': '"x"', 'if-none-match': etag! })).status).toBe(412)
    expect(
      (await get('/a.txt', { 'if-match': etag!, 'if-unmodified-since': 'Sun, 01 Mar 2020 12:00:00 GMT' })).status,
    ).toBe(200)
    expect(
      (await get('/a.txt', { 'if-none-match': '"x"', 'if-modified-since': 'Sun, 01 Mar 2026 12:00:00 GMT' })).status,
    ).toBe(200)
    expect((await get('/a.txt', { 'if-none-match': `"a,b", ${etag}` })).status).toBe(304) // commas inside tags
  })

  test('a time with a fraction of a second is the date that it was sent as', async () => {
    const { fields } = await get('/a.txt')
    expect(fields['last-modified']).toBe('Sun, 01 Mar 2026 12:00:00 GMT')
    expect((await get('/a.txt', { 'if-modified-since': fields['last-modified']! })).status).toBe(304)
    expect((await get('/a.txt', { 'if-unmodified-since': fields['last-modified']! })).status).toBe(200)
  })

  test('a 304 has what a cache must know, and no content', async () => {
    const { etag } = (await get('/a.txt')).fields
    const { status, fields, body } = await get('/a.txt', { 'if-none-match': etag! })
    expect([status, fields['etag'], fields['cache-control'], fields['content-length'], body]).toEqual([
      304,
      etag,
      'no-cache',
      undefined,
      '',
    ])
    expect(fields['date']).toBeDefined()
  })

  test('Last-Modified is never later than Date', async () => {
    await writeFile(join(root, 'future.txt'), 'x')
    await utimes(join(root, 'future.txt'), 4_000_000_000, 4_000_000_000)
    const { fields } = await get('/future.txt')
    expect(Date.parse(fields['last-modified']!)).toBeLessThanOrEqual(Date.parse(fields['date']!))
  })

  test('a reload that says no-cache is answered by its conditions, as one that says nothing', async () => {
    const { etag } = (await get('/a.txt')).fields
    expect((await get('/a.txt', { 'if-none-match': etag!, 'cache-control': 'no-cache' })).status).toBe(304)
  })
})

describe('paths', () => {
  test.each([
    '/admin%2Fsecret.html',
    '/admin%5csecret.html',
    '//admin/secret.html',
    '/%2fadmin/secret.html',
    '/admin%252fsecret.html',
    '/x/..%2fadmin/secret.html',
    '/ADMIN/secret.html',
    '/css/admin%2Fsecret.html',
  ])('%s gets past no guard', async (target) => {
    const { status, body } = await get(target)
    expect([status === 404 || status === 403 || status === 400, body.includes('for admins')]).toEqual([true, false])
  })

  test.each(['/%61dmin/secret.html', '/x/../admin/secret.html', '/admin/./secret.html', '/%2e/admin/secret.html'])(
    '%s is what the guard sees',
    async (target) => {
      expect((await get(target)).status).toBe(403)
    },
  )

  test('a mount is no prefix of text, and the root neither', async () => {
    expect((await get('/css-config.env')).body).toBe('private') // that of the tree at /, where it is a plain file
    expect((await get('/cssa.txt')).status).toBe(404)
    expect((await get('/css/../www-private/secret.txt')).status).toBe(404)
    expect((await get('/link.txt')).status).toBe(404)
    expect((await get('/linked/secret.txt')).status).toBe(404)
    expect((await get('/linked/')).status).toBe(404)
  })

  test.each([
    '/a.txt%00',
    '/a.txt%00.html',
    '/%',
    '/%zz',
    '/%c0%ae%c0%ae/x',
    '/a.txt::$DATA',
    '/a.txt.',
    '/a.txt%20',
    '/COM1',
    '/lpt%C2%B9.txt',
    '/LONGNA~1.TXT',
    '/C:/a.txt',
    '/a.txt/',
  ])('%s is 404, and no error', async (target) => {
    const before = reported.length
    const { status, body } = await get(target)
    expect([status, reported.length]).toEqual([404, before])
    expect(body).not.toContain(base) // nothing of where the files are
  })

  test('names with spaces and letters of all kinds are reached', async () => {
    expect((await get('/%C3%BC%20und%20b.txt')).body).toBe('names')
  })

  test('the redirect to the slash never leaves the site', async () => {
    expect((await get('/docs')).fields['location']).toBe('/docs/')
    for (const target of [
      '//docs',
      '///docs',
      '/\\docs',
      '/%5cdocs',
      '//example.com/%2e%2e/docs',
      '//example.com/..',
      '/docs%2f%2e%2e',
      'http://example.com/docs',
    ]) {
      const { status, fields } = await get(target)
      if (status === 301) expect(fields['location'], target).toBe('/docs/')
    }
  })

  test('a listing has no name that is markup or a scheme', async () => {
    const { body } = await get('/listed/')
    expect(body).not.toMatch(/<script>|javascript:/)
    expect(body).toContain('&#34;&#62;&#60;script&#62;')
  })

  test('a pipe blocks nothing: while many ask for it, a file is served', async () => {
    const answers = await Promise.all([...Array.from({ length: 20 }, () => get('/pipe')), get('/a.txt')])
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 20 }, () => 404), 200])
  })

  test('OPTIONS and POST reach the app below, or are refused where the option says so', async () => {
    expect((await get('/a.txt', {}, 'OPTIONS')).body).toBe('inner OPTIONS /a.txt')
    expect((await get('/owned/a.txt', {}, 'OPTIONS')).fields['allow']).toBe('GET, HEAD, OPTIONS')
    const refused = await get('/owned/a.txt', {}, 'POST')
    expect([refused.status, refused.fields['allow']]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })
})

describe('fields that are parsed', () => {
  test.each<[string, string]>([
    ['if-none-match', `${'"x",'.repeat(3000)}"`],
    ['if-none-match', `W/${'"'.repeat(12_000)}`],
    ['if-match', ' ,'.repeat(6000)],
    ['range', `bytes=${' '.repeat(12_000)}x`],
    ['range', `bytes=${'1-'.repeat(6000)}`],
    ['accept', 'text/html;'.repeat(1200)],
    ['if-modified-since', ' '.repeat(12_000)],
  ])('%s of 12,000 bytes takes no time', async (name, value) => {
    const started = performance.now()
    expect([200, 206, 412]).toContain((await get('/a.txt', { [name]: value })).status)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('files that change while they are sent', () => {
  test('one that shrinks breaks the connection off: the client sees that something is missing', async () => {
    await writeFile(join(root, 'shrinking.bin'), Buffer.alloc(30_000_000, 'x'))
    const client = connected(server.port!, 'GET', '/shrinking.bin')
    await client.started
    await truncate(join(root, 'shrinking.bin'), 100_000)
    const { fields, body, clean } = await client.answer()
    expect(Number(fields['content-length'])).toBe(30_000_000)
    expect([body.length < 30_000_000, clean]).toEqual([true, false])
    await unlink(join(root, 'shrinking.bin'))
  })

  test('under load: replaced, truncated, removed and linked elsewhere, every whole answer is of one version', async () => {
    const live = join(root, 'live.bin')
    let [whole, broken, absent] = [0, 0, 0]
    await meanwhile(
      async (i) => {
        const next = join(base, `next-${i}`)
        if (i % 5 === 4) await symlink('www-private/secret.txt', next)
        else await writeFile(next, Buffer.alloc(700_000 + (i % 10), String(i % 10)))
        await rename(next, live)
        if (i % 5 === 1) await truncate(live, 1000 + i)
        if (i % 5 === 2) await unlink(live)
      },
      async () => {
        for (let i = 0; i < 60 || whole < 5; i++) {
          for (const { status, fields, body, clean } of await Promise.all([get('/live.bin'), get('/live.bin')])) {
            expect(body).not.toContain('private')
            if (status === 404) absent++
            else if (!clean) broken++
            else {
              whole++
              expect([status, fields['content-length']]).toEqual([200, String(body.length)])
              expect(body === body[0]!.repeat(body.length)).toBe(true)
            }
          }
        }
      },
    )
    expect(whole + broken + absent).toBeGreaterThanOrEqual(120)
  })
})
