import { expect, test } from 'vitest'
import { parseHttpDate } from './http-date.ts'

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', 784111777],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 784111777],
  ['Sun Nov  6 08:49:37 1994', 784111777],
  ['Tue, 29 Feb 2028 00:00:00 GMT', 1835395200],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Sat, 31 Dec 2016 23:59:60 GMT', 1483228800],
])('%s is an HTTP-date', (text, seconds) => {
  expect(parseHttpDate(text)).toBe(seconds)
})

test.each([
  '',
  '0',
  '2026-03-01',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 08:49:37 +0000',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'sun, 06 nov 1994 08:49:37 gmt',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 06 Nov 1994 08:60:00 GMT',
  'Sun, 31 Feb 1994 08:49:37 GMT',
  'Sun, 00 Nov 1994 08:49:37 GMT',
  ' Sun, 06 Nov 1994 08:49:37 GMT',
])('%j is none', (text) => {
  expect(parseHttpDate(text)).toBeNull()
})

test('two digits mean the year within fifty of now', () => {
  const next = (new Date().getUTCFullYear() + 1) % 100
  const text = `Sunday, 01-Mar-${String(next).padStart(2, '0')} 12:00:00 GMT`
  expect(new Date(parseHttpDate(text)! * 1000).getUTCFullYear()).toBe(new Date().getUTCFullYear() + 1)
})
