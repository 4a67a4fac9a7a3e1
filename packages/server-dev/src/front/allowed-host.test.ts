import { expect, test } from 'vitest'
import { allowedHost } from './allowed-host.ts'

test.each(['localhost', 'LOCALHOST', 'localhost.', 'app.localhost', '127.0.0.1', '127.8.9.10', '[::1]'])(
  '%s is this machine',
  (name) => {
    expect(allowedHost(name, undefined, '127.0.0.1')).toBe(true)
  },
)

test.each([
  'evil.example',
  'localhost.evil.example',
  'notlocalhost',
  '127.0.0.1.evil.example',
  '10.0.0.1',
  '0.0.0.0',
  '[::]',
  '',
])('%j may be another site', (name) => {
  expect(allowedHost(name, undefined, '127.0.0.1')).toBe(false)
})

test('the name that was given, and the address that the connection arrived at', () => {
  expect(allowedHost('Dev.Example', 'dev.example', '10.0.0.5')).toBe(true)
  expect(allowedHost('10.0.0.5', '0.0.0.0', '10.0.0.5')).toBe(true)
  expect(allowedHost('10.0.0.5', '::', '::ffff:10.0.0.5')).toBe(true)
  expect(allowedHost('10.0.0.6', '0.0.0.0', '10.0.0.5')).toBe(false)
})
