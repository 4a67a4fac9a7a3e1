import { expect, test } from 'vitest'
import { devOptions } from './dev-options.ts'

const defaults = { port: 3000, open: false, lint: true, https: false, inspector: true, redact: true, live: true }

test('what is not given has a default', () => {
  expect(devOptions({ entry: 'app.ts' })).toEqual({ entry: 'app.ts', ...defaults })
  expect(devOptions({ entry: 'app.ts', host: false, editor: undefined })).toEqual({ entry: 'app.ts', ...defaults })
})

test('what is given stays as it is', () => {
  const all = { entry: 'a.ts', port: 0, host: true, open: true, lint: false, https: { key: 'k', cert: 'c' } } as const
  const rest = { inspector: false, redact: false, live: false, editor: 'code' }
  expect(devOptions({ ...all, ...rest })).toEqual({ ...all, ...rest })
})

test.each([
  [{ port: 70_000 }, "option 'port' must be an integer from 0 to 65535, but it is 70000"],
  [{ port: 'x' }, 'option \'port\' must be an integer from 0 to 65535, but it is "x"'],
  [{ entry: '' }, 'option \'entry\' must not be empty, but it is ""'],
  [{ entry: undefined }, "option 'entry' must be a string, but it is undefined"],
  [{ lint: 'no' }, 'option \'lint\' must be true or false, but it is "no"'],
  [{ host: 7 }, "option 'host' must be a name or an address, or true for all addresses, but it is 7"],
  [{ live: () => {} }, "option 'live' must be true or false, but it is [Function: live]"],
  [{ https: 'yes' }, 'option \'https\' must be true, false or { key, cert }, the names of two files, but it is "yes"'],
  [{ https: { key: 'k' } }, "option 'https.cert' must be a string, but it is undefined"],
  [{ https: { key: 'k', cert: 'c', crt: 'c' } }, "option 'https.crt' is not known: did you mean 'cert'?"],
  [{ prot: 1 }, "option 'prot' is not known: did you mean 'port'?"],
  [
    { banana: 1 },
    "option 'banana' is not known: the options are entry, port, host, open, lint, https, inspector, redact, live, editor",
  ],
])('%j is refused in one line', (options, message) => {
  expect(() => devOptions({ entry: 'a.ts', ...options } as never)).toThrow(
    new TypeError(`@fsgi/server-dev: ${message}`),
  )
})

test.each([undefined, null, 'app.ts', []])('%j is no options', (options) => {
  expect(() => devOptions(options as never, 'fsgi.config.ts')).toThrow(
    new TypeError('fsgi.config.ts: the options must be an object { entry, port, … }'),
  )
})
