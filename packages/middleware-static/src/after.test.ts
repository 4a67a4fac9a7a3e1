import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { after } from './after.ts'

const double = (value: number): number => value * 2

test('a value is gone on with at once, a promise of any kind when it is there', async () => {
  expect(after(1, double)).toBe(2)
  expect(after(null, (value) => value)).toBeNull()
  expect(await after(Promise.resolve(2), double)).toBe(4)
  const foreign = runInNewContext('Promise.resolve(3)') as Promise<number>
  expect(foreign instanceof Promise).toBe(false)
  expect(await after(foreign, double)).toBe(6)
  await expect(after(Promise.reject<number>(new Error('no')), double)).rejects.toThrow('no')
})
