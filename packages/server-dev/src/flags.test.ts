import { readFileSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { readFlags } from './flags.ts'

const read = (...args: string[]): unknown => readFlags(['node', 'fsgi-dev', ...args])
afterEach(() => vi.restoreAllMocks())

test('the entry and its options; what is not given is left to the server', () => {
  expect(read('app.ts')).toEqual({ entry: 'app.ts', lint: true })
  expect(read('app.ts', '--port', '0', '--host', '0.0.0.0', '--open', '--no-lint')).toEqual({
    entry: 'app.ts',
    port: 0,
    host: '0.0.0.0',
    open: true,
    lint: false,
  })
})

test('an option given twice: the last wins', () => {
  expect(read('app.ts', '--port', '3000', '--port', '4123')).toMatchObject({ port: 4123 })
})

test('--help lists every option, --version is that of the package; nothing is to be started', () => {
  const printed: unknown[] = []
  for (const method of ['log', 'info'] as const)
    vi.spyOn(console, method).mockImplementation((text: unknown) => void printed.push(text))
  expect(read('--help')).toBeUndefined()
  expect(read('app.ts', '--version')).toBeUndefined()
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  for (const text of [
    '--port',
    '--host',
    '--open',
    '--no-lint',
    '--help',
    '--version',
    `fsgi-dev/${manifest.version}`,
  ]) {
    expect(printed.join('\n')).toContain(text)
  }
})

test.each([
  [[], 'which application? Give the file that exports it'],
  [['app.ts', 'b.ts'], "one application at a time: 'b.ts' is one too many"],
  [['app.ts', '--prot', '1'], 'Unknown option `--prot`'],
  [['app.ts', '--port'], 'option `--port <port>` value is missing'],
])('%j is refused', (args, message) => {
  expect(() => read(...args)).toThrow(message)
})
