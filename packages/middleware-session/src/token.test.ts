import { expect, test } from 'vitest'
import { equalHashes, hashByWebCrypto, hashVerifier, newVerifier } from './token.ts'

test('the two ways to hash a verifier agree, so that runtimes can share a store', async () => {
  for (let i = 0; i < 20; i++) {
    const verifier = newVerifier()
    expect(await hashVerifier(verifier)).toEqual(await hashByWebCrypto(verifier))
  }
})

test('hashes are equal only if every byte is', async () => {
  const hash = await hashVerifier(newVerifier())
  expect(equalHashes(hash, hash.slice())).toBe(true)
  for (let i = 0; i < hash.length; i++) {
    const other = hash.slice()
    other[i] = other[i]! ^ 1
    expect(equalHashes(hash, other)).toBe(false)
  }
  expect(equalHashes(hash, hash.slice(1))).toBe(false)
})
