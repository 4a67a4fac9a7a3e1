import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from './sha256.ts'

test('is what the platform computes, for every length that fits and every character', () => {
  for (let length = 0; length <= 55; length++) {
    for (let first = 0; first < 128; first++) {
      const text = String.fromCharCode(...Array.from({ length }, (_, i) => (first + i * 37) % 128))
      expect(hex(sha256(text))).toBe(hash('sha256', text))
    }
  }
})

// FIPS 180-4, examples of NIST
test.each([
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
])('of %j', (text, expected) => {
  expect(hex(sha256(text))).toBe(expected)
})

test('refuses what does not fit into one block', () => {
  expect(() => sha256('x'.repeat(56))).toThrow(RangeError)
})

function hex(words: Int32Array): string {
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
