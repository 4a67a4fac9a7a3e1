import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { errorReport } from './error-report.ts'

const folder = mkdtempSync(join(tmpdir(), 'fsgi-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('name, message, code, frames, causes and members of an AggregateError are kept, and survive JSON', () => {
  const cause = Object.assign(new TypeError('inner'), { code: 'ERR_INNER' })
  const report = errorReport(new AggregateError([new RangeError('one')], 'outer', { cause }))
  expect(report).toMatchObject({ name: 'AggregateError', message: 'outer' })
  expect(report.frames[0]?.file).toContain('error-report.test.ts')
  expect(report.cause).toMatchObject({ name: 'TypeError', message: 'inner', code: 'ERR_INNER' })
  expect(report.errors).toMatchObject([{ name: 'RangeError', message: 'one' }])
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})

test('a circle of causes ends', () => {
  const error = new Error('round')
  error.cause = error
  let depth = 0
  for (let at: ReturnType<typeof errorReport> | undefined = errorReport(error); at !== undefined; at = at.cause) depth++
  expect(depth).toBe(11)
})

test.each([['text'], [undefined], [{ status: 500 }]])('what is not an Error is shown as it is: %j', (thrown) => {
  expect(errorReport(thrown)).toMatchObject({
    name: 'Not an Error',
    message: expect.stringContaining('was thrown'),
    frames: [],
  })
})

test("esbuild's errors point at the code, one frame for each", () => {
  const error = new Error(
    'Transform failed with 2 errors:\n/app/a.ts:3:4: ERROR: Unexpected "="\n/app/a.ts:9:0: ERROR: Expected ")"',
  )
  expect(errorReport(error)).toMatchObject({
    name: 'SyntaxError',
    message: 'Unexpected "="\nExpected ")"',
    frames: [
      { file: '/app/a.ts', line: 3, column: 5 },
      { file: '/app/a.ts', line: 9, column: 1 },
    ],
  })
})

test('a module that is not found points at the line that imports it', () => {
  const file = join(folder, 'importer.ts')
  writeFileSync(file, "import a from './there.ts'\nimport b from './nope.ts'\n")
  const error = Object.assign(new Error(`Cannot find module '${folder}/nope.ts' imported from ${file}`), {
    code: 'ERR_MODULE_NOT_FOUND',
  })
  expect(errorReport(error)).toMatchObject({ code: 'ERR_MODULE_NOT_FOUND', frames: [{ file, line: 2 }] })
})

test('an export that is not there points at the line that imports it, though the transformed code has one line only', () => {
  const file = join(folder, 'wanting.ts')
  writeFileSync(file, "// a\nimport {\n  wanted,\n} from './b.ts'\n")
  const error = new SyntaxError("The requested module './b.ts' does not provide an export named 'wanted'")
  error.stack = `file://${file}:1\nimport{wanted}from"./b.ts"\n       ^^^^^^\n${error.name}: ${error.message}\n    at ModuleJob.run (node:internal/x:1:1)`
  expect(errorReport(error).frames).toMatchObject([{ file, line: 3 }])
})
