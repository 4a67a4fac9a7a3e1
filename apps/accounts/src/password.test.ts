import { expect, test } from 'vitest'
import { COST, hashPassword, isOutdated, verifyPassword } from './password.ts'

test('the right password and no other', async () => {
  const kept = await hashPassword('correct horse battery', COST)
  expect(kept).toMatch(/^scrypt:32768:8:3:[\w-]{22}:[\w-]{43}$/)
  expect(await verifyPassword('correct horse battery', kept)).toBe(true)
  for (const wrong of ['', 'correct horse batter', 'Correct horse battery', 'correct horse battery ', kept]) {
    expect(await verifyPassword(wrong, kept)).toBe(false)
  }
})

test('the same password is kept differently each time', async () => {
  expect(await hashPassword('x', 16)).not.toBe(await hashPassword('x', 16))
})

test('a password is checked with the cost that it was kept with', async () => {
  const kept = await hashPassword('x', 64)
  expect(await verifyPassword('x', kept)).toBe(true)
  expect(isOutdated(kept, 64)).toBe(false)
  expect(isOutdated(kept, 128)).toBe(true)
})

test('long passwords count to the last character', async () => {
  const kept = await hashPassword('x'.repeat(200), 16)
  expect(await verifyPassword('x'.repeat(199), kept)).toBe(false)
})
