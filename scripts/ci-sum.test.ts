import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { root } from './workspace.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fsgi-sum-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const step = (name: string, code: number, report?: object): void => {
  writeFileSync(join(folder, `${name}.code`), `${code}\n`)
  if (report !== undefined) writeFileSync(join(folder, `${name}.json`), JSON.stringify(report))
}
const vitest = (passed: number, failed = 0, skipped = 0, testResults: object[] = []): object => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: skipped,
  numTodoTests: 0,
  testResults,
})
const print = (): { stdout: string; status: number | null } =>
  spawnSync(process.execPath, [join(root, '.ci/sum.js'), folder], { encoding: 'utf8' })
const sum = (): { last: string | undefined; code: number | null } => {
  const { status, stdout } = print()
  return { last: stdout.trim().split('\n').at(-1), code: status }
}

describe('the last line of .ci/run', () => {
  test('adds up the tests of every project and the other checks', () => {
    step('unit', 0, vitest(10))
    step('runtimes', 0, vitest(5))
    step('ok', 0, { passed: 6, failed: 0 })
    expect(sum()).toEqual({ last: '21 passed, 0 failed', code: 0 })
  })

  test('counts what failed', () => {
    step('unit', 1, vitest(10, 2))
    step('ok', 1, { passed: 5, failed: 1 })
    expect(sum()).toEqual({ last: '15 passed, 3 failed', code: 1 })
  })

  test('counts a step that left no report as one failure', () => {
    step('unit', 0, vitest(10))
    step('services', 1)
    expect(sum()).toEqual({ last: '10 passed, 1 failed', code: 1 })
  })

  test('counts a step that ended with an error but names no failure', () => {
    step('unit', 1, vitest(10))
    expect(sum()).toEqual({ last: '10 passed, 1 failed', code: 1 })
  })

  test('counts skipped tests as failures', () => {
    step('unit', 0, vitest(10, 0, 3))
    expect(sum()).toEqual({ last: '10 passed, 3 failed', code: 1 })
  })

  test('counts a test file that could not be loaded', () => {
    const files = [
      { name: 'a.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      {
        name: 'b.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [{ status: 'failed', failureMessages: [] }],
      },
    ]
    step('unit', 1, vitest(10, 1, 0, files))
    expect(sum()).toEqual({ last: '10 passed, 2 failed', code: 1 })
  })
})

describe('the lines before it', () => {
  test('name each test that failed with its message, as the log above may be cut', () => {
    const assertionResults = [
      { status: 'failed', fullName: 'a cookie is kept', failureMessages: ['expected 1 to be 2'] },
    ]
    step('unit', 1, vitest(10, 1, 0, [{ name: 'a.test.ts', status: 'failed', message: '', assertionResults }]))
    expect(print().stdout).toContain('unit: a.test.ts: a cookie is kept\nexpected 1 to be 2\n')
  })
})
