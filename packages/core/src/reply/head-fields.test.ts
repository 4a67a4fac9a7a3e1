import { describe, expect, test } from 'vitest'
import { fieldName, headFields } from './head-fields.ts'

describe('names of header fields', () => {
  test('are the same in lower case, however many there are and however often they come', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `X-Name-${i}`)
    for (const name of [...names, ...names]) expect(fieldName(name)).toBe(name.toLowerCase())
  })

  test('are refused each time they are none, also where something else that reads the same was taken', () => {
    for (let i = 0; i < 3; i++) {
      expect(() => fieldName('not a name')).toThrow(new TypeError('invalid name of a header field: "not a name"'))
      expect(fieldName({ toString: () => 'X-Object' })).toBe('x-object')
      expect(() => fieldName(Symbol('x-object'))).toThrow(TypeError)
    }
  })

  test('that objects have anyway are names like others', () => {
    const pairs: [string, string][] = [
      ['constructor', 'a'],
      ['__proto__', 'b'],
      ['toString', 'c'],
    ]
    expect(headFields(pairs, undefined)).toEqual(['constructor', 'a', '__proto__', 'b', 'tostring', 'c'])
  })
})
