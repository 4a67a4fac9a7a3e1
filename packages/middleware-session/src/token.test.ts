import { expect, test } from 'vitest'
import { equalHashes, hashBytes, hashByWebCrypto, hashVerifier, newCommitId, newVerifier } from './token.ts'

test('the two ways to hash a verifier agree, so that runtimes can share a store', async () => {
  for (let i = 0; i < 20; i++) {
    const verifier = newVerifier()
    const hash = await hashVerifier(verifier)
    expect(hash).toBe(await hashByWebCrypto(verifier))
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    expect(await hashBytes(verifier)).toEqual(new Uint8Array(digest))
  }
})

test('hashes are equal only if every byte is', async () => {
  const verifier = newVerifier()
  const hash = await hashVerifier(verifier)
  const kept = await hashBytes(verifier)
  expect(equalHashes(kept, hash)).toBe(true)
  for (let i = 0; i < kept.length; i++) {
    const other = kept.slice()
    other[i] = other[i]! ^ 1
    expect(equalHashes(other, hash)).toBe(false)
  }
  expect(equalHashes(kept.slice(1), hash)).toBe(false)
})

test('each commit has an id of its own', () => {
  expect(new Set(Array.from({ length: 1000 }, newCommitId)).size).toBe(1000)
})
