import { readFileSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { devOptions } from './dev-options.ts'
import { KEYS } from './terminal/key-commands.ts'
import { readFlags } from './flags.ts'

const read = (...args: string[]): unknown => readFlags(['node', 'fsgi-dev', ...args])
afterEach(() => vi.restoreAllMocks())

test('the entry and its options; what is not given is left to the config file, and then to the server', () => {
  expect(read()).toEqual({})
  expect(read('app.ts')).toEqual({ entry: 'app.ts' })
  expect(read('app.ts', '--port', '0', '--host', '0.0.0.0', '--open', '--no-lint', '--editor', 'code -n')).toEqual({
    entry: 'app.ts',
    port: 0,
    host: '0.0.0.0',
    open: true,
    lint: false,
    editor: 'code -n',
  })
  expect(read('--no-live', '--no-inspector', '--no-redact', '--lint', 'app.ts')).toEqual({
    entry: 'app.ts',
    live: false,
    inspector: false,
    redact: false,
    lint: true,
  })
})

test('--host without a value is all addresses, --no-host the loopback addresses', () => {
  expect(read('app.ts', '--host')).toEqual({ entry: 'app.ts', host: true })
  expect(read('app.ts', '--host', '--open')).toEqual({ entry: 'app.ts', host: true, open: true })
  expect(read('app.ts', '--no-host')).toEqual({ entry: 'app.ts', host: false })
})

test('--https, or with files of one’s own', () => {
  expect(read('app.ts', '--https')).toEqual({ entry: 'app.ts', https: true })
  const files = { key: 'k.pem', cert: 'c.pem' }
  expect(read('app.ts', '--https-key', 'k.pem', '--https-cert', 'c.pem')).toEqual({ entry: 'app.ts', https: files })
  expect(read('--https-key=k.pem', '--https-cert=c.pem', '--https', 'app.ts')).toMatchObject({ https: files })
  expect(read('app.ts', '--https-key', 'k.pem')).toMatchObject({ https: { key: 'k.pem', cert: undefined } })
})

test('an option given twice: the last wins', () => {
  expect(read('app.ts', '--port', '3000', '--port', '4123')).toMatchObject({ port: 4123 })
  expect(read('app.ts', '--no-lint', '--lint')).toMatchObject({ lint: true })
  expect(read('app.ts', '--lint', '--no-lint')).toMatchObject({ lint: false })
})

test('--help has every option, key, variable and exit code; --version is that of the package; nothing is to be started', () => {
  const printed: unknown[] = []
  for (const method of ['log', 'info'] as const)
    vi.spyOn(console, method).mockImplementation((text: unknown) => void printed.push(text))
  expect(read('--help')).toBeUndefined()
  const help = printed.join('\n')
  expect(read('app.ts', '--version')).toBeUndefined()
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  expect(printed.at(-1)).toContain(`fsgi-dev/${manifest.version}`)
  const options = Object.keys(devOptions({ entry: 'app.ts', host: true, editor: 'vi' })).filter(
    (name) => name !== 'entry',
  )
  for (const name of options) expect(help, name).toMatch(new RegExp(`--(no-)?${name}\\b`))
  for (const text of ['entry', '--https-key', '--https-cert', '-h, --help', '-v, --version'])
    expect(help).toContain(text)
  for (const [key, meaning] of Object.entries(KEYS)) expect(help).toContain(`  ${key}  ${meaning}`)
  for (const name of [
    'NODE_ENV',
    '.env.local',
    'FSGI_EDITOR',
    'NO_COLOR',
    'FORCE_COLOR',
    'CHOKIDAR_USEPOLLING',
    'XDG_CACHE_HOME',
  ]) {
    expect(help).toContain(name)
  }
  expect(help).toMatch(/Exit codes:\n {2}0 .*\n {2}1 /)
  for (const line of help.split('\n')) expect(line.length, line).toBeLessThanOrEqual(120)
  expect(help).not.toMatch(/ $|default: true/m)
})

test.each([
  [['app.ts', 'b.ts'], "one application at a time: 'b.ts' is one too many"],
  [['app.ts', '--prot', '1'], "unknown option '--prot': did you mean '--port'?"],
  [['app.ts', '--no-lnt'], "unknown option '--no-lnt': did you mean '--no-lint'?"],
  [['app.ts', '--watch'], "unknown option '--watch': --help lists the options"],
  [['app.ts', '-p', '1'], "unknown option '-p': --help lists the options"],
  [['app.ts', '--port'], "option '--port' needs a value: --port <port>"],
  [['app.ts', '--https-key'], "option '--https-key' needs a value: --https-key <file>"],
  [['--host', 'app.ts'], "--host took 'app.ts' for an address: write the file first, as in: fsgi-dev app.ts --host"],
])('%j is refused', (args, message) => {
  expect(() => read(...args)).toThrow(new Error(message))
})
