import { expect, test } from 'vitest'
import { spokenTime } from './spoken-time.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 22)

test.each([
  [0, 'just now'],
  [-59_999, 'just now'],
  [-MINUTE, '1 minute ago'],
  [-119 * MINUTE, '2 hours ago'],
  [-48 * 60 * MINUTE, '2 days ago'],
  [7 * 24 * 60 * MINUTE - 1, 'in 7 days'],
  [-400 * 24 * 60 * MINUTE, '1 year ago'],
])('%i ms from now is %j', (distance, words) => {
  expect(spokenTime(NOW + distance, NOW)).toBe(words)
})
