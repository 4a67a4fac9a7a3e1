import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { one, two } from './fixtures/certificates.ts'
import { commonName } from './fixtures/common-name.ts'
import { later } from './fixtures/later.ts'
import type { ChildProcess } from 'node:child_process'

const bin = fileURLToPath(new URL('../bin/fsgi-serve.js', import.meta.url))

interface Run {
  readonly child: ChildProcess
  readonly cwd: string
  out: string
  errors: string
  /** The exit code, or the signal. */
  ended: number | string | undefined
}

/** Runs the command in a fresh directory that has `files`. */
async function run(files: Record<string, string>, ...args: string[]): Promise<Run> {
  const cwd = await mkdtemp(join(tmpdir(), 'fsgi-serve-'))
  onTestFinished(() => rm(cwd, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text)
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: { ...process.env, FROM_ENV: 'yes' } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const state: Run = { child, cwd, out: '', errors: '', ended: undefined }
  child.stdout.on('data', (chunk) => (state.out += chunk))
  child.stderr.on('data', (chunk) => (state.errors += chunk))
  child.on('close', (code, signal) => (state.ended = code ?? signal!))
  return state
}

async function ready(files: Record<string, string>, ...args: string[]): Promise<Run & { url: string }> {
  const started = await run(files, ...args)
  await later(() => started.out.includes('\n') || started.ended !== undefined, 20_000)
  if (started.ended !== undefined) throw new Error(started.errors)
  return Object.assign(started, { url: started.out.trim() })
}

const hello = "export default (request, context) => new Response('hello ' + context.path + ' ' + context.env.FROM_ENV)"

test('it serves the default export and prints where', async () => {
  const { url } = await ready({ 'app.js': hello }, 'app.js', '--port', '0')
  expect(url).toMatch(/^http:\/\/localhost:\d+$/)
  expect(await (await fetch(`${url}/x`)).text()).toBe('hello /x yes')
})

test('it serves TypeScript', async () => {
  const { url } = await ready(
    { 'app.ts': "export default { fetch: (request: Request): Response => new Response('typed') }" },
    'app.ts',
    '--port',
    '0',
  )
  expect(await (await fetch(url)).text()).toBe('typed')
})

test.each([
  ['a function', 'module.exports = () => new Response("common")'],
  ['an ES module that was compiled', 'exports.__esModule = true\nexports.default = () => new Response("common")'],
])('it serves the export of a CommonJS module: %s', async (_, text) => {
  const { url } = await ready({ 'app.cjs': text }, 'app.cjs', '--port', '0')
  expect(await (await fetch(url)).text()).toBe('common')
})

test('SIGTERM lets requests finish, closes what start opened, and exits with 0', async () => {
  const app = `export default { start(host) {
    host.defer(() => console.log('closed'))
    return async () => { console.log('begun'); await new Promise((resolve) => setTimeout(resolve, 200)); return new Response('done') }
  } }`
  const command = await ready({ 'app.mjs': app }, 'app.mjs', '--port', '0')
  const answer = fetch(command.url)
  await later(() => command.out.includes('begun'))
  command.child.kill('SIGTERM')
  expect(await (await answer).text()).toBe('done')
  await later(() => command.ended !== undefined)
  expect(command.ended).toBe(0)
  expect(command.out).toMatch(/begun\nclosed\n$/)
})

test('a second signal ends it at once', async () => {
  const app = "export default () => { console.log('begun'); return new Promise(() => {}) }"
  const command = await ready({ 'app.mjs': app }, 'app.mjs', '--port', '0')
  fetch(command.url).catch(() => {})
  await later(() => command.out.includes('begun'))
  command.child.kill('SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(command.ended).toBeUndefined()
  command.child.kill('SIGINT')
  await later(() => command.ended !== undefined)
  expect(command.ended).toBe(130)
})

test('--close-timeout limits how long a shutdown waits', async () => {
  const app = "export default () => { console.log('begun'); return new Promise(() => {}) }"
  const command = await ready({ 'app.mjs': app }, 'app.mjs', '--port', '0', '--close-timeout', '50')
  fetch(command.url).catch(() => {})
  await later(() => command.out.includes('begun'))
  command.child.kill('SIGTERM')
  await later(() => command.ended !== undefined)
  expect(command.ended).toBe(0)
})

test('a signal that comes as soon as the address is printed is heeded', async () => {
  const app = `const print = console.log
    console.log = (line) => { print(line); process.kill(process.pid, 'SIGHUP'); process.kill(process.pid, 'SIGTERM') }
    export default () => new Response('x')`
  const files = { 'app.mjs': app, key: one.key, cert: one.cert }
  const command = await run(files, 'app.mjs', '--port', '0', '--tls-key', 'key', '--tls-cert', 'cert')
  await later(() => command.ended !== undefined)
  expect(command.ended).toBe(0)
})

test('a rejection that nobody handles is reported, and the server goes on', async () => {
  const app = "export default () => { Promise.reject(new Error('forgotten')); return new Response('x') }"
  const command = await ready({ 'app.mjs': app }, 'app.mjs', '--port', '0')
  await fetch(command.url)
  await later(() => command.errors.includes('forgotten'))
  expect((await fetch(command.url)).status).toBe(200)
})

test('an exception that nobody catches is reported, and ends the process gracefully with 1', async () => {
  const app = "export default () => { setTimeout(() => { throw new Error('uncaught') }); return new Response('x') }"
  const command = await ready({ 'app.mjs': app }, 'app.mjs', '--port', '0')
  expect(await (await fetch(command.url)).text()).toBe('x')
  await later(() => command.ended !== undefined)
  expect(command.ended).toBe(1)
  expect(command.errors).toContain('uncaught')
})

test('TLS is read again at SIGHUP', async () => {
  const command = await ready(
    { 'app.mjs': hello, key: one.key, cert: one.cert },
    'app.mjs',
    '--port',
    '0',
    '--tls-key',
    'key',
    '--tls-cert',
    'cert',
  )
  expect(command.url).toMatch(/^https:\/\/localhost:\d+$/)
  await writeFile(join(command.cwd, 'cert'), 'broken')
  command.child.kill('SIGHUP')
  await later(() => command.errors.includes("option 'tls' must be"))
  const port = Number(new URL(command.url).port)
  expect(await commonName(port)).toBe('one.example')
  await writeFile(join(command.cwd, 'key'), two.key)
  await writeFile(join(command.cwd, 'cert'), two.cert)
  command.child.kill('SIGHUP')
  while ((await commonName(port)) !== 'two.example') await new Promise((resolve) => setTimeout(resolve, 20))
  expect(command.ended).toBeUndefined()
})

test.each<[string, Record<string, string>, string[], string]>([
  ['no file', {}, [], 'name the module to serve: fsgi-serve app.js (--help shows the options)'],
  ['a file that does not exist', {}, ['app.js'], 'app.js does not exist'],
  [
    'no default export',
    { 'app.mjs': 'export const fetch = 1, start = 2' },
    ['app.mjs'],
    'app.mjs has no default export, which is what is served: it exports only fetch, start',
  ],
  [
    'no export',
    { 'app.mjs': '' },
    ['app.mjs'],
    'app.mjs has no default export, which is what is served: it exports nothing',
  ],
  [
    'no default export in a compiled ES module',
    { 'app.cjs': 'exports.__esModule = true\nexports.handler = 1' },
    ['app.cjs'],
    'app.cjs has no default export, which is what is served: it exports only handler',
  ],
  [
    'no entry',
    { 'app.mjs': 'export default { a: 1 }' },
    ['app.mjs'],
    '[fsgi S35] an entry is an app (a function), an object with fetch, or an object with start: found an object with a',
  ],
  [
    'a bad port',
    { 'app.mjs': hello },
    ['app.mjs', '--port', 'abc'],
    `--port must be an integer from 0 to 65535, but it is "abc"`,
  ],
  [
    'a bad proxy',
    { 'app.mjs': hello },
    ['app.mjs', '--trust-proxy', '10.0.0.0/8,x'],
    `--trust-proxy must be an IP address, a CIDR range such as '10.0.0.0/8', or 'unix', but it is "x"`,
  ],
  ['an unknown option', { 'app.mjs': hello }, ['app.mjs', '--prot', '1'], 'Unknown option `--prot`'],
  [
    'a key without certificate',
    { 'app.mjs': hello },
    ['app.mjs', '--tls-key', 'x'],
    '--tls-key needs --tls-cert as well',
  ],
  [
    'a directory that does not exist',
    { 'app.mjs': hello },
    ['app.mjs', '--socket', 'no/x.sock'],
    'the socket no/x.sock cannot be made: its directory does not exist, or may not be written to',
  ],
])('%s is one line, and exit code 1', async (_, files, args, message) => {
  const command = await run(files, ...args)
  await later(() => command.ended !== undefined, 20_000)
  expect(command).toMatchObject({ ended: 1, errors: `fsgi-serve: ${message}\n`, out: '' })
})

test('a port in use is one line, and exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const command = await run({ 'app.mjs': hello }, 'app.mjs', '--port', String(port))
  await later(() => command.ended !== undefined, 20_000)
  expect(command.ended).toBe(1)
  expect(command.errors).toBe(
    `fsgi-serve: port ${port} is in use: stop the program that listens there, or choose another\n`,
  )
})

test('an error of the app at start is shown with its stack', async () => {
  const command = await run(
    { 'app.mjs': "export default { start() { throw new Error('no database') } }" },
    'app.mjs',
    '--port',
    '0',
  )
  await later(() => command.ended !== undefined, 20_000)
  expect(command.ended).toBe(1)
  expect(command.errors).toMatch(/^fsgi-serve: the app failed to start: Error: no database\n\s+at .*app\.mjs/)
})

test('--help shows every option, --version the version', async () => {
  const help = await run({}, '--help')
  await later(() => help.ended !== undefined, 20_000)
  for (const option of [
    '--port',
    '--host',
    '--socket',
    '--tls-key',
    '--tls-cert',
    '--trust-proxy',
    '--max-body-bytes',
    '--close-timeout',
  ]) {
    expect(help.out).toContain(option)
  }
  const version = await run({}, '--version')
  await later(() => version.ended !== undefined, 20_000)
  expect(version).toMatchObject({ ended: 0, out: expect.stringMatching(/^fsgi-serve\/\d+\.\d+\.\d+ /) })
})
