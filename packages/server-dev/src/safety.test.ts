import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answering, makeProject } from './fixtures/project.ts'
import { rawRequest } from './fixtures/raw-request.ts'
import { runCommand, startCommand } from './fixtures/command.ts'
import { until } from './fixtures/until.ts'
import type { Project } from './fixtures/project.ts'
import type { RawAnswer } from './fixtures/raw-request.ts'
import type { Running } from './fixtures/command.ts'

// What has been found in other development servers, as tests of this one: through the command, over raw sockets.

const APP = `
export default ({ url }: Request): Response => {
  const { pathname } = new URL(url)
  if (pathname === '/error') throw new Error('shown with its code')
  return new Response('the application answers')
}
`
const cleanups: (() => void | Promise<void>)[] = []
let project: Project
let server: Running
let token: string
let other: { port: number; token: string }

beforeAll(async () => {
  project = makeProject(
    { onTestFinished: (done) => void cleanups.unshift(done) },
    {
      'app.ts': APP,
      '.env': 'PASSWORD=of-the-database\n',
      'editor.sh': '#!/bin/sh\nfor argument in "$@"; do printf "%s\\n" "$argument" >> edited.txt; done\n',
      'name; touch pwned; $(touch pwned).ts': 'export {}\n',
    },
  )
  chmodSync(project.path('editor.sh'), 0o755)
  server = await startCommand(project, ['app.ts', '--editor', project.path('editor.sh')])
  token = tokenOf(await send('GET', '/__fsgi/'))
  const second = await startCommand(project)
  other = {
    port: second.port,
    token: tokenOf(await rawRequest(second, ['GET /__fsgi/ HTTP/1.1', 'host: localhost', 'connection: close'])),
  }
})
afterAll(async () => {
  for (const cleanup of cleanups) await cleanup()
})

function send(method: string, target: string, fields: Record<string, string> = {}, body = ''): Promise<RawAnswer> {
  const all = {
    host: `localhost:${server.port}`,
    connection: 'close',
    ...(body !== '' && { 'content-length': String(body.length) }),
    ...fields,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return rawRequest(server, [`${method} ${target} HTTP/1.1`, ...lines], body)
}

const tokenOf = ({ body }: RawAnswer): string => /<meta name="fsgi-token" content="([^"]+)"/.exec(body)![1]!

/** Every address of our own that answers with something. */
const ADDRESSES: readonly [method: string, target: string][] = [
  ['GET', '/__fsgi/'],
  ['GET', '/__fsgi/live.js'],
  ['GET', '/__fsgi/changes?version=1'],
  ['GET', '/__fsgi/api/exchanges'],
  ['GET', '/__fsgi/api/exchanges/1'],
  ['GET', '/__fsgi/api/findings'],
  ['GET', '/__fsgi/api/events'],
  ['POST', '/__fsgi/api/exchanges/1/replay'],
  ['POST', '/__fsgi/api/exchanges/1/pin'],
  ['DELETE', '/__fsgi/api/exchanges'],
  ['POST', '/__fsgi/api/open'],
  ['POST', '/__fsgi/api/last'],
]
const withToken = (target: string): string => `${target}${target.includes('?') ? '&' : '?'}token=${token}`

test.each([
  'evil.example',
  'EVIL.example',
  'evil.example.',
  'evil.example:80',
  'localhost.evil.example',
  'evil.example.localhost.evil',
  'notlocalhost',
  '127.0.0.1.evil.example',
  '127.0.0.1.nip.io',
  '10.0.0.1',
  '0.0.0.0',
  '[::]',
  '[2001:db8::1]',
  '[::ffff:10.0.0.1]',
  'localhost@evil.example',
  'localhost:80@evil.example',
  'localhost, evil.example',
  'evil.example\\localhost',
  'evil.example#localhost',
  '',
])('Vite CVE-2025-24010, Werkzeug GHSA-2g68-c3qc-8985: DNS rebinding with the host %j gets nothing', async (host) => {
  for (const [method, target] of [['GET', '/'], ['GET', '/error'], ...ADDRESSES] as const) {
    const answer = await send(method, withToken(target), { host, 'x-fsgi-token': token })
    expect([400, 403], `${method} ${target}`).toContain(answer.status)
    expect(answer.body).not.toMatch(/application answers|shown with its code|fsgi-token|"exchanges"/)
  }
})

test('… nor by a target in absolute form, several Host fields, or none', async () => {
  const { port } = server
  const close = 'connection: close'
  for (const lines of [
    ['GET http://evil.example/ HTTP/1.1', `host: localhost:${port}`, close],
    [`GET http://evil.example:${port}/__fsgi/ HTTP/1.1`, `host: localhost:${port}`, close],
    ['GET http://localhost:80@evil.example/ HTTP/1.1', 'host: localhost', close],
    ['GET //evil.example/ HTTP/1.1', 'host: evil.example', close],
    ['GET / HTTP/1.1', 'host: localhost', 'host: evil.example', close],
    ['GET / HTTP/1.1', 'host: evil.example', 'host: localhost', close],
    ['GET / HTTP/1.1', 'host: localhost', 'host: localhost', close],
    ['GET / HTTP/1.1', 'host: evil.example', 'x-forwarded-host: localhost', 'forwarded: host=localhost', close],
    ['GET / HTTP/1.1', close],
    ['GET / HTTP/1.0', 'host: evil.example'],
  ]) {
    const answer = await rawRequest(server, lines)
    expect([400, 403], lines.join(' | ')).toContain(answer.status)
    expect(answer.body).not.toMatch(/application answers|fsgi-token/)
  }
})

test('names that no other site can have are answered, however they are spelled', async () => {
  const { port } = server
  for (const host of [
    'localhost',
    `localhost:${port}`,
    'LocalHost',
    'localhost.',
    `app.localhost:${port}`,
    '127.0.0.1',
    `[::1]:${port}`,
    '[0:0:0:0:0:0:0:1]',
  ]) {
    expect([(await send('GET', '/', { host })).status, host]).toEqual([200, host])
  }
})

test('esbuild GHSA-67mh-4wv8-2f99: no answer of ours has a CORS field, whatever is asked, and no preflight succeeds', async () => {
  const origins = [undefined, 'null', 'http://evil.example', `http://localhost:${server.port}`]
  for (const [method, target] of [...ADDRESSES, ['GET', '/error'], ['GET', '/'], ['GET', '/__fsgi/none']] as const) {
    for (const origin of origins) {
      const fields = { ...(origin !== undefined && { origin }), 'x-fsgi-token': token }
      const answer = await send(method, target, fields)
      expect(answer.head, `${method} ${target} ${origin}`).not.toMatch(/^access-control-/im)
      if (!target.startsWith('/__fsgi')) continue
      const asked = {
        'access-control-request-method': method,
        'access-control-request-headers': 'x-fsgi-token',
        'access-control-request-private-network': 'true',
      }
      const preflight = await send('OPTIONS', target, { ...fields, ...asked })
      expect(preflight.head, `OPTIONS ${target} ${origin}`).not.toMatch(/^access-control-/im)
      expect(preflight.status).toBeGreaterThanOrEqual(400)
    }
  }
  expect((await send('GET', '/', { host: 'evil.example', origin: 'http://evil.example' })).head).not.toMatch(
    /^access-control-/im,
  )
})

test.each<[string, Record<string, string>]>([
  ['Next.js CVE-2026-27977: the origin null is another one', { origin: 'null' }],
  ['Next.js CVE-2025-48068: a page of another site', { origin: 'http://evil.example' }],
  [
    'Next.js CVE-2026-94485: a request from another site that has no Origin',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  ],
  ['a page of another port, which is the same site', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
  [
    'a frame in a page of another site',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  ],
  [
    'a form of another site',
    {
      origin: 'http://evil.example',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    },
  ],
  ['another scheme', { origin: 'https://localhost:PORT' }],
  ['another port', { origin: 'http://localhost:1' }],
  ['another name for this machine', { origin: 'http://127.0.0.1:PORT' }],
  ['an origin that begins alike', { origin: 'http://localhost:PORT.evil.example' }],
  ['no origin at all', { origin: '' }],
])('%s: refused at every address of ours, with the token', async (_, fields) => {
  const filled = Object.entries(fields).map(([name, value]) => [name, value.replace('PORT', String(server.port))])
  for (const [method, target] of ADDRESSES) {
    const answer = await send(method, withToken(target), { ...Object.fromEntries(filled), 'x-fsgi-token': token })
    expect([method, target, answer.status]).toEqual([method, target, 403])
    expect(answer.body).not.toMatch(/fsgi-token|"exchanges"|EventSource/)
  }
})

test('Vite CVE-2025-24010: no WebSocket is opened from anywhere, and no event stream from elsewhere', async () => {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  for (const target of ['/__fsgi/', '/__fsgi/changes?version=1', withToken('/__fsgi/api/events')]) {
    const answer = await send('GET', target, {
      ...upgrade,
      origin: 'http://evil.example',
      connection: 'upgrade, close',
    })
    expect([target, answer.status]).toEqual([target, 403])
  }
  const stream = {
    accept: 'text/event-stream',
    origin: 'http://evil.example',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'cors',
  }
  for (const target of ['/__fsgi/changes?version=1', withToken('/__fsgi/api/events')]) {
    expect((await send('GET', target, stream)).status).toBe(403)
  }
  expect((await send('GET', withToken('/__fsgi/api/events'), { accept: 'text/event-stream' })).status).toBe(200)
})

test('the token is long, another one for each start, and cannot be guessed or left out', async () => {
  expect(token).toMatch(/^[\w-]{32,}$/)
  expect(other.token).not.toBe(token)
  const wrong = [
    '',
    'x',
    token.slice(0, -1),
    `${token}x`,
    ` ${token.slice(1)}`,
    token.toLowerCase(),
    token.toUpperCase(),
    other.token,
    'undefined',
    'null',
    '*',
    '%',
    'é',
  ]
  for (const [method, target] of ADDRESSES.filter(([, path]) => path.startsWith('/__fsgi/api/'))) {
    expect([target, (await send(method, target)).status]).toEqual([target, 403])
    for (const guess of wrong) {
      const answer = await send(method, `${target}?token=${encodeURIComponent(guess)}`, { 'x-fsgi-token': guess })
      expect([target, guess, answer.status]).toEqual([target, guess, 403])
    }
    // an address with the token could be left behind in a history or a log: only what cannot send a field may use it
    if (target !== '/__fsgi/api/events') expect((await send(method, withToken(target))).status).toBe(403)
  }
  expect((await send('GET', '/__fsgi/api/exchanges', { 'x-fsgi-token': token })).status).toBe(200)
})

test('Nitro’s tasks: what comes through a proxy or tunnel on this machine is not its owner', async () => {
  for (const field of ['forwarded', 'via', 'x-forwarded-for']) {
    const answer = await send('GET', '/__fsgi/', { [field]: '203.0.113.7' })
    expect([field, answer.status]).toEqual([field, 403])
    expect(answer.body).not.toContain('fsgi-token')
    expect((await send('GET', withToken('/__fsgi/'), { [field]: '203.0.113.7' })).status).toBe(200)
  }
})

test('the inspector cannot be put into a frame, and its page runs only what it came with', async () => {
  const { head } = await send('GET', '/__fsgi/')
  expect(head).toMatch(/^content-security-policy: .*default-src 'none'.*frame-ancestors 'none'/im)
  expect(head).not.toMatch(/^content-security-policy: .*unsafe-/im)
  expect(head).toMatch(/^cache-control: .*no-store/im)
})

test('Vite’s fs.deny series: no spelling of a path below /__fsgi/ leads out of its folder', async () => {
  const up = [
    '..',
    '%2e%2e',
    '%2E%2e',
    '.%2e',
    '..%2f..',
    '..%5c..',
    '..\\..',
    '%252e%252e',
    '....//',
    '..;',
    '%c0%ae%c0%ae',
  ]
  const bases = ['/__fsgi', '/__fsgi/ui', '/__fsgi/lib/lit-html', '/__fsgi/ui/style']
  const wanted = ['package.json', 'src/cli.ts', 'etc/passwd', '.env', 'app.ts']
  const targets = bases.flatMap((base) =>
    up.flatMap((step) =>
      wanted.flatMap((file) => [1, 2, 8].map((depth) => `${base}/${`${step}/`.repeat(depth)}${file}`)),
    ),
  )
  const direct = [
    `/__fsgi/ui/${project.folder}/.env`,
    '/__fsgi/ui//etc/passwd',
    '/__fsgi/ui/.env',
    '/__fsgi/ui/%00',
    '/__fsgi/ui/main.js%00.css',
    '/__fsgi/@fs/etc/passwd',
    '/__fsgi/@fs/etc/passwd?raw',
    '/__fsgi/ui/main.js?import&raw',
    '/__fsgi/ui/file:///etc/passwd',
    '/__fsgi/lib/lit-html/package.json',
  ]
  const secrets =
    /root:.*:0:0:|of-the-database|"@fsgi\/server-dev"|runCli|"name": "(?:shop|lit-html)"|shown with its code/
  for (const target of [...targets, ...direct]) {
    const { status, body } = await send('GET', target)
    expect(body, target).not.toMatch(secrets)
    expect([200, 400, 403, 404, 307, 500], target).toContain(status) // where it leads out of /__fsgi/, the application answers
  }
  expect((await send('GET', '/__fsgi/ui/main.js')).status).toBe(200)
})

test('excerpts are of the project’s own files: not of what a link in it leads to, nor of what an error makes up', async (t) => {
  const outside = mkdtempSync(join(tmpdir(), 'fsgi-outside-'))
  t.onTestFinished(() => rmSync(outside, { recursive: true }))
  writeFileSync(
    join(outside, 'secret.ts'),
    `export function fail(): never {\n  throw new Error('from outside') // SECRET LINE\n}\n`,
  )
  const inside = makeProject(t, {
    'app.ts': `
import { fail } from './link.ts'
export default ({ url }: Request): Response => {
  const at = new URL(url).searchParams.get('at')
  if (at === null) fail()
  const error = new Error('made up')
  error.stack = 'Error: made up\\n    at x (' + at + ':1:1)\\n    at y (file://' + at + ':1:1)'
  throw error
}
`,
    '.env': 'PASSWORD=SECRET LINE\n',
    'node_modules/dep/index.js': '// SECRET LINE\n',
  })
  symlinkSync(join(outside, 'secret.ts'), inside.path('link.ts'))
  symlinkSync('/etc/passwd', inside.path('passwd.ts'))
  const { port, output } = await startCommand(inside)
  const places = [
    undefined,
    '/etc/passwd',
    inside.path('passwd.ts'),
    join(outside, 'secret.ts'),
    `${inside.folder}/../${outside.split('/').at(-1)}/secret.ts`,
    inside.path('link.ts'),
    inside.path('.env'),
    inside.path('node_modules/dep/index.js'),
    `${inside.folder}x/secret.ts`,
  ]
  for (const place of places) {
    for (const accept of ['text/html', 'application/json', '*/*']) {
      const target = place === undefined ? '/' : `/?at=${encodeURIComponent(place)}`
      const answer = await rawRequest({ port }, [
        `GET ${target} HTTP/1.1`,
        'host: localhost',
        `accept: ${accept}`,
        'connection: close',
      ])
      expect([place, answer.status]).toEqual([place, 500])
      expect(answer.body, `${place} ${accept}`).toMatch(/from outside|made up/)
      expect(answer.body, `${place} ${accept}`).not.toMatch(/SECRET LINE|root:.*:0:0:/)
    }
  }
  await until(() => output().includes('made up'), output)
  expect(output()).not.toMatch(/SECRET LINE|root:.*:0:0:/)
})

test('the editor opens files of the project only, as one argument, whatever their names say', async () => {
  const outside = project.path('../outside.ts')
  symlinkSync('/etc/passwd', project.path('passwd.ts'))
  const open = (file: unknown, fields: object = {}): Promise<RawAnswer> =>
    send(
      'POST',
      '/__fsgi/api/open',
      { 'x-fsgi-token': token, 'content-type': 'application/json' },
      JSON.stringify({ file, line: 1, column: 1, ...fields }),
    )
  for (const file of [
    '/etc/passwd',
    outside,
    '../outside.ts',
    'passwd.ts',
    project.folder,
    '.',
    '',
    '/',
    'node_modules',
    '/dev/tty',
    '/proc/self/environ',
    'app.ts; touch pwned',
    'app.ts$(touch pwned)',
    '`touch pwned`',
    'app.ts\ntouch pwned',
    'app.ts\u0000.png',
    '--help',
    '-c',
    '| touch pwned',
    '\\\\host\\share\\x',
    'file:///etc/passwd',
    7,
    null,
    ['app.ts'],
  ]) {
    const answer = await open(file)
    expect([file, answer.status >= 400 && answer.status < 500]).toEqual([file, true])
  }
  for (const fields of [{ line: '1; touch pwned' }, { column: -1 }, { line: 1e9 + 0.5 }, { editor: 'touch pwned' }]) {
    expect((await open('app.ts', fields)).status).toBe(400)
  }
  expect((await send('GET', '/__fsgi/api/open?file=app.ts', { 'x-fsgi-token': token })).status).toBe(405)
  expect(existsSync(project.path('edited.txt'))).toBe(false)

  expect((await open('name; touch pwned; $(touch pwned).ts')).status).toBe(204)
  await until(() => existsSync(project.path('edited.txt')))
  const [argument, ...more] = readFileSync(project.path('edited.txt'), 'utf8').trim().split('\n')
  expect(argument).toContain('name; touch pwned; $(touch pwned).ts')
  expect(more).toEqual([])
  expect(existsSync(project.path('pwned'))).toBe(false)
})

test('NODE_ENV=production is refused, also where a file of the project says so', async (t) => {
  for (const [files, env] of [
    [{}, { NODE_ENV: 'production' }],
    [{ '.env': 'NODE_ENV=production\n' }, {}],
    [{ '.env.local': 'NODE_ENV=production\n' }, {}],
  ] as const) {
    const command = runCommand(makeProject(t, { 'app.ts': answering('x'), ...files }), ['app.ts'], env)
    expect(await command.ended).toBe(1)
    expect(command.output()).toMatch(
      /^fsgi-dev: NODE_ENV is production in .*the development server shows code and errors/,
    )
  }
})

test('by default it listens on the loopback addresses, and nowhere else', () => {
  const found = ['tcp', 'tcp6'].flatMap((table) => {
    const rows = readFileSync(`/proc/${server.pid}/net/${table}`, 'utf8').trim().split('\n').slice(1)
    return rows
      .map((row) => row.trim().split(/\s+/))
      .filter((row) => row[3] === '0A')
      .map((row) => row[1]!) // listening
  })
  const port = server.port.toString(16).toUpperCase().padStart(4, '0')
  const ours = found.filter((address) => address.endsWith(`:${port}`)).map((address) => address.split(':')[0])
  expect(ours.filter((address) => address !== '00000000000000000000000001000000')).toEqual(['0100007F'])
})

test('the application’s own socket is for this user alone: folder 0700, socket 0600', () => {
  const folders = readdirSync(project.folder).filter((name) => /^fsgi-\w{6}$/.test(name))
  expect(folders).toHaveLength(2)
  for (const folder of folders) {
    expect(statSync(project.path(folder)).mode & 0o777).toBe(0o700)
    for (const socket of readdirSync(project.path(folder))) {
      const { mode } = statSync(project.path(join(folder, socket)))
      expect([socket, mode & 0o777]).toEqual([socket, 0o600])
    }
  }
})
