import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readExcerpt } from './excerpt.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fsgi-excerpt-')))
const root = join(folder, 'project')
mkdirSync(join(root, 'node_modules/lib'), { recursive: true })
const ten = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`).join('\n')
for (const path of ['project/app.ts', 'project/.env', 'project/node_modules/lib/a.js', 'outside.ts'])
  writeFileSync(join(folder, path), ten)
symlinkSync(join(folder, 'outside.ts'), join(root, 'link.ts'))
symlinkSync(join(root, '.env'), join(root, 'env.ts'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the lines around one, numbered from 1', () => {
  expect(readExcerpt(root, join(root, 'app.ts'), 2, 2)).toEqual({
    first: 1,
    lines: ['line 1', 'line 2', 'line 3', 'line 4'],
  })
  expect(readExcerpt(root, join(root, 'app.ts'), 10, 1)).toEqual({ first: 9, lines: ['line 9', 'line 10'] })
})

test.each([
  ['a file outside the project', '../outside.ts'],
  ['a link to a file outside the project', 'link.ts'],
  ['a file that is no source', '.env'],
  ['a link to a file that is no source', 'env.ts'],
  ['an installed package', 'node_modules/lib/a.js'],
  ['a file that is not there', 'gone.ts'],
  ['a folder', 'node_modules'],
])('nothing of %s', (_, path) => {
  expect(readExcerpt(root, join(root, path), 2)).toBeUndefined()
})

test.each([0, 11, -1])('nothing of line %i of ten', (line) => {
  expect(readExcerpt(root, join(root, 'app.ts'), line)).toBeUndefined()
})
