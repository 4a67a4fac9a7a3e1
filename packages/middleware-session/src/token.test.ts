import { expect, test } from 'vitest'
import { hashVerifier, isHashOf, newVerifier } from './token.ts'

test('what is kept of a verifier is its SHA-256, so that runtimes and versions can share a store', async () => {
  for (let i = 0; i < 20; i++) {
    const verifier = newVerifier()
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    expect(hashVerifier(verifier)).toEqual(new Uint8Array(digest))
  }
})

test("a hash is a verifier's only if every byte is", () => {
  const verifier = newVerifier()
  const kept = hashVerifier(verifier)
  expect(isHashOf(kept, verifier)).toBe(true)
  expect(isHashOf(kept, newVerifier())).toBe(false)
  for (let i = 0; i < kept.length; i++) {
    const other = kept.slice()
    other[i] = other[i]! ^ 1
    expect(isHashOf(other, verifier)).toBe(false)
  }
  expect(isHashOf(kept.slice(1), verifier)).toBe(false)
  expect(isHashOf(new Uint8Array(), verifier)).toBe(false)
})
