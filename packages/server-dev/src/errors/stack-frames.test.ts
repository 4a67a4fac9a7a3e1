import { expect, test } from 'vitest'
import { frameOf, framesOf } from './stack-frames.ts'

test.each([
  ['    at handler (/app/src/app.ts:8:55)', { call: 'handler', file: '/app/src/app.ts', line: 8, column: 55 }],
  [
    '    at async Object.load [as get] (file:///a%20b/x.ts?tsx-namespace=1:1:2)',
    { call: 'async Object.load [as get]', file: '/a b/x.ts', line: 1, column: 2 },
  ],
  ['    at new Store (node:internal/x:3:4)', { call: 'new Store', file: 'node:internal/x', line: 3, column: 4 }],
  ['    at file:///app/x.ts:5:6', { call: '', file: '/app/x.ts', line: 5, column: 6 }],
  ['    at async file:///app/x.ts:5:6', { call: '', file: '/app/x.ts', line: 5, column: 6 }],
  ['    at C:\\app (x)\\y.ts:5:6', { call: '', file: 'C:\\app (x)\\y.ts', line: 5, column: 6 }],
  ['    at f (C:\\app\\y.ts:5:6)', { call: 'f', file: 'C:\\app\\y.ts', line: 5, column: 6 }],
  ['    at async Promise.all (index 0)', undefined],
  ['    at Array.map (<anonymous>)', undefined],
  ['    at f (native)', undefined],
  ['Error: at x', undefined],
])('%s', (line, frame) => {
  expect(frameOf(line)).toEqual(frame)
})

test('lines of the message are not taken for frames', () => {
  const error = new Error('first\n    at fake (/etc/passwd:1:1)')
  expect(framesOf(error).some(({ file }) => file === '/etc/passwd')).toBe(false)
  expect(framesOf(error)[0]?.file).toContain('stack-frames.test.ts')
})

test('an error without a stack has no frames', () => {
  const error = new Error('x')
  delete error.stack
  expect(framesOf(error)).toEqual([])
})
