import { expect, test } from 'vitest'
import { paintFor } from './paint.ts'

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '' }, false, false],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: 'false' }, true, false],
  [{ FORCE_COLOR: '1', TERM: 'dumb' }, false, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
])('with %j, a terminal %s: colours %s', (env, isTTY, coloured) => {
  expect(paintFor({ isTTY }, env).red('x')).toBe(coloured ? '\u001B[31mx\u001B[39m' : 'x')
})
