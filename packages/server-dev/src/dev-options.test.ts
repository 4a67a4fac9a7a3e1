import { expect, test } from 'vitest'
import { devOptions } from './dev-options.ts'

test('what is not given has a default', () => {
  expect(devOptions({ entry: 'app.ts' })).toEqual({ entry: 'app.ts', port: 3000, lint: true, open: false })
})

test.each([
  [
    { entry: 'a.ts', port: 70_000 },
    "@fsgi/server-dev: option 'port' must be an integer from 0 to 65535, but it is 70000",
  ],
  [{ entry: 'a.ts', port: 'x' }, '@fsgi/server-dev: option \'port\' must be an integer from 0 to 65535, but it is "x"'],
  [{ entry: '' }, '@fsgi/server-dev: option \'entry\' must not be empty, but it is ""'],
  [{ entry: 'a.ts', lint: 'no' }, '@fsgi/server-dev: option \'lint\' must be true or false, but it is "no"'],
  [{ entry: 'a.ts', prot: 1 }, "@fsgi/server-dev: option 'prot' is not known"],
  [undefined, '@fsgi/server-dev: the options must be an object { entry, port, … }'],
])('%j is refused in one line', (options, message) => {
  expect(() => devOptions(options as never)).toThrow(new TypeError(message))
})
