import { expect, test } from 'vitest'
import { BusyLines } from './busy-lines.ts'
import { newSelector } from './token.ts'

test('a line is found by its selector until it is deleted, however many there are', () => {
  const lines = new BusyLines<number>()
  const selectors = Array.from({ length: 3000 }, newSelector)
  selectors.forEach((selector, index) => lines.add(selector, index))
  lines.delete(newSelector())
  for (const selector of selectors.filter((_, index) => index % 2 === 0)) lines.delete(selector)
  expect(selectors.map((selector) => lines.get(selector))).toEqual(
    selectors.map((_, index) => (index % 2 === 0 ? undefined : index)),
  )
})
