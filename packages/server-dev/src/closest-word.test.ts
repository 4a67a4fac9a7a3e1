import { expect, test } from 'vitest'
import { closestWord } from './closest-word.ts'

const known = ['entry', 'port', 'host', 'open', 'lint', 'https', 'inspector', 'redact', 'live', 'editor']

test.each([
  ['prot', 'port'],
  ['Port', 'port'],
  ['ports', 'port'],
  ['por', 'port'],
  ['hots', 'host'],
  ['http', 'https'],
  ['inspekter', 'inspector'],
  ['entyr', 'entry'],
])('%s means %s', (word, meant) => {
  expect(closestWord(word, known)).toBe(meant)
})

test.each(['', 'banana', 'x', 'proxy', 'middleware'])('%j means none of them', (word) => {
  expect(closestWord(word, known)).toBeUndefined()
})
