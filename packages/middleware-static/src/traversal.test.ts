import { connect } from 'node:net'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mount, reply } from '@fsgi/core'
import { filePath } from './file-path.ts'
import { normalPathname, pathBelow } from '@fsgi/core/server'
import { serve } from '@fsgi/server-node'
import { serveStatic } from './serve-static.ts'
import type { App, Context } from '@fsgi/core'
import type { Server } from '@fsgi/server-node'

const SECRET = 'top secret'
const inner: App = () => reply('inner', { status: 404 })

let base: string
let server: Server
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'fsgi-traversal-'))
  const root = join(base, 'www')
  await mkdir(join(root, 'a/b'), { recursive: true })
  await mkdir(join(base, 'www-private'))
  for (const path of [
    'secret.txt',
    'www-private/secret.txt',
    'www/.env',
    'www/a/.htpasswd',
    'www/secret.txt.',
    'www/aux.txt',
  ]) {
    await writeFile(join(base, path), SECRET)
  }
  await writeFile(join(root, 'a/b/public.txt'), 'public')
  await writeFile(join(root, '%2e%2e'), 'odd but public')
  await symlink(base, join(root, 'up'))
  const site = serveStatic(root)(inner)
  server = await serve(mount({ '/m': site, '/': site }), { port: 0 })
})
afterAll(async () => {
  await server.close()
  await rm(base, { recursive: true })
})

/** The whole answer to one request-target, sent as it is. */
function raw(target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    connect(server.port!, '127.0.0.1')
      .on('data', (chunk) => (answer += chunk.toString('latin1')))
      .on('end', () => resolve(answer))
      .on('error', reject)
      .write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  })
}

describe('over a raw socket', () => {
  test('what is public is served', async () => {
    expect(await raw('/a/b/public.txt')).toMatch(/^HTTP\/1.1 200 [^]*public$/)
    expect(await raw('/m/a/../a/b/%70ublic.txt')).toMatch(/^HTTP\/1.1 200 [^]*public$/)
    expect(await raw('/%252e%252e')).toMatch(/^HTTP\/1.1 200 [^]*odd but public$/)
  })

  const UP = [
    '..',
    '%2e%2e',
    '.%2e',
    '%2E.',
    '%252e%252e',
    '%25252e%25252e',
    '..%00',
    '..%20',
    '...',
    '%c0%ae%c0%ae',
    '%e0%80%ae%e0%80%ae',
    '%uff0e%uff0e',
    '..;',
    '．．',
    '%ef%bc%8e%ef%bc%8e',
    'up',
    '..%c0%af',
    '\\..',
    '..\\',
    '%5c..',
    '..%5c',
    '%5C%2e%2e%5C',
  ]
  const SLASHES = [
    '/',
    '//',
    '%2f',
    '%2F',
    '%5c',
    '\\',
    '%252f',
    '%255c',
    '/./',
    '/%2e/',
    '%c0%af',
    '/a/../',
    '%00/',
    ';/',
  ]
  const targets = UP.flatMap((up) =>
    SLASHES.flatMap((slash) => [
      `/${up}${slash}secret.txt`,
      `/a/b/${up}${slash}${up}${slash}${up}${slash}secret.txt`,
      `/m/${up}${slash}${up}${slash}www-private${slash}secret.txt`,
      `//${up}${slash}secret.txt`,
    ]),
  )
  const named = [
    '/.env',
    '/%2eenv',
    '/%2Eenv',
    '/a/../.env',
    '/.%65nv',
    '/.env/',
    '/.env%00.txt',
    '/.env::$DATA',
    '/.env%3a%3a$DATA',
    '/./.env',
    '/.//.env',
    '/a/.htpasswd',
    '/m/.env',
    '/secret.txt.',
    '/secret.txt%2e',
    '/secret.txt%20',
    '/aux.txt',
    '/AUX.TXT',
    '/aux.txt%20',
    '/up/secret.txt',
    '/up/www-private/secret.txt',
    '/m/../../secret.txt',
    '/C:/secret.txt',
    '/C%3a/secret.txt',
    '/file:///etc/passwd',
    '/www-private/secret.txt',
    '/../www-private/secret.txt',
    '/-private/secret.txt',
    '/a/b/public.txt/../../../../secret.txt',
    '/a%2f..%2f..%2fsecret.txt',
    '/%',
    '/%2',
    '/%zz',
    '/%ff',
    '/%00',
    '/a%0d%0aX-Injected:%20yes',
    `/${'a/../'.repeat(500)}.env`,
  ]

  test(`${UP.length * SLASHES.length * 4 + named.length} ways to ask for what is not public give nothing of it`, async () => {
    for (const target of [...targets, ...named]) {
      const answer = await raw(target)
      expect(answer, target).toMatch(/^HTTP\/1.1 (?:404|400|301|200) /)
      expect(answer.includes(SECRET), target).toBe(false)
      expect(answer, target).not.toMatch(/^(?:x-injected|location: *(?:[^/]|\/\/|\/\\))/im)
    }
  }, 60_000)
})

test('whatever the path, a name is below the root and has no hidden part', () => {
  let seed = 7
  const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n
  const PIECES = [
    '/',
    '/',
    '/',
    '.',
    '..',
    '%25',
    '%2F',
    '%5C',
    '%00',
    '%',
    '\\',
    ':',
    '~1',
    'con',
    'a',
    'B',
    ' ',
    '2e',
    '2f',
    'ü',
    '\u0000',
    '.well-known',
    '$',
  ]
  let accepted = 0
  for (let i = 0; i < 200_000; i++) {
    const path = `/${Array.from({ length: random(9) }, () => PIECES[random(PIECES.length)]).join('')}`
    const asked = filePath(path, ['.well-known'])
    if (asked === null) continue
    accepted++
    const below = join('/root', asked.name)
    const inside = asked.name === '' ? below === '/root/' || below === '/root' : below === `/root/${asked.name}`
    const hidden = asked.name.split('/').some((segment) => segment.startsWith('.') && segment !== '.well-known')
    expect(inside && !hidden && !/[\\\u0000:]|\/\/|[. ](?:\/|$)/.test(asked.name), JSON.stringify(path)).toBe(true) // oxlint-disable-line no-control-regex
  }
  expect(accepted).toBeGreaterThan(5000)
})

test.each(['inside', 'never'] as const)(
  'symlinks: %s: whatever the target, with every option on, nothing private is sent',
  async (symlinks) => {
    const options = {
      symlinks,
      listing: true,
      precompressed: true,
      extensions: ['txt', 'env'],
      index: ['public.txt', 'secret.txt'],
    }
    const app = serveStatic(join(base, 'www'), options)(inner)
    let seed = 11
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n
    const PIECES = ['/', '/', '/', '/', '..', '%2e%2e', '.', '%2f', '%5c', '\\', '%00', '%25', 'a', 'b', 'up', 'up', 'secret.txt', 'secret', '.env', '.htpasswd', 'www-private', 'www', 'public.txt', 'aux.txt', ' ', '%20'] // prettier-ignore
    const seen = new Map<number, number>()
    for (let i = 0; i < 20_000; i++) {
      const target = `/${Array.from({ length: 1 + random(8) }, () => PIECES[random(PIECES.length)]).join('')}`
      const path = pathBelow(normalPathname(target), '')
      const headers = { 'accept-encoding': 'br, gzip', ...(random(2) === 0 && { range: 'bytes=0-' }) }
      const context = { path, defer: () => {} } as unknown as Context
      const response = await app(new Request('http://localhost/', { headers }), context)
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1)
      if (response.status === 404) continue
      const body = await response.text()
      expect(
        body.includes(SECRET) || /www-private|\.env|htpasswd|aux\.txt/.test(body.replace(/[^]*<tbody>/, '')),
        target,
      ).toBe(false)
    }
    expect(seen.get(200)! + seen.get(206)!).toBeGreaterThan(100)
  },
  60_000,
)
