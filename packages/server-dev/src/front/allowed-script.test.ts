import { expect, test } from 'vitest'
import { allowedScript } from './allowed-script.ts'

const SCRIPT = new URL('http://localhost:3000/__fsgi/live.js')

test.each([
  null,
  '',
  "default-src 'self'",
  "script-src 'self'; connect-src 'self'",
  "script-src 'self'; object-src 'none'",
  "img-src 'none'; style-src 'none'",
  "default-src 'none'; script-src 'SELF'; connect-src *",
  "default-src 'none'; script-src-elem 'self'; script-src 'none'; connect-src http:",
  'default-src http://localhost:3000',
  'default-src localhost:3000/__fsgi/',
  'default-src http://localhost:*',
  'default-src *:3000',
  "sandbox allow-scripts allow-same-origin; default-src 'self'",
  "default-src 'self', script-src 'self' 'unsafe-inline'",
  "default-src 'self'; default-src 'none'",
])('%j allows the script as it is', (policy) => {
  expect(allowedScript(policy, SCRIPT)).toEqual({})
})

test.each([
  ["default-src 'self'; script-src 'nonce-abc+/='", 'abc+/='],
  ["default-src 'self'; script-src 'strict-dynamic' 'self' 'nonce-abc'", 'abc'],
  ["default-src 'nonce-abc'; connect-src 'self'", 'abc'],
  ["script-src 'nonce-one' 'nonce-two', script-src 'nonce-two'", 'two'],
  ["script-src 'self', script-src 'nonce-two'", 'two'],
])('%j allows it with a nonce', (policy, nonce) => {
  expect(allowedScript(policy, SCRIPT)).toEqual({ nonce })
})

test.each([
  ["default-src 'none'", 'connect-src'],
  ["script-src 'self'; connect-src 'none'", 'connect-src'],
  ["script-src 'self'; connect-src https://api.example", 'connect-src'],
  ["script-src 'none'", 'script-src'],
  ["script-src 'unsafe-inline' 'unsafe-eval' 'sha256-abc='", 'script-src'],
  ["script-src 'self' 'strict-dynamic'", 'script-src'],
  ['script-src http://localhost', 'script-src'], // the port is another
  ['script-src https://localhost:3000', 'script-src'],
  ['script-src http://localhost:3000/js/', 'script-src'],
  ['script-src *.localhost:3000', 'script-src'],
  ["script-src 'nonce-one', script-src 'nonce-two'", 'script-src'],
  ["script-src 'self', script-src 'none'", 'script-src'],
  ["script-src 'nonce-\"><script>'", 'script-src'],
  ['sandbox allow-scripts', 'sandbox'],
  ['sandbox', 'sandbox'],
])('%j refuses it, because of %s', (policy, why) => {
  expect(allowedScript(policy, SCRIPT).why).toContain(why)
})
