import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { storeCases } from '@fsgi/conformance/store'
import { expect, test } from 'vitest'
import { runtimes } from '../../../runtimes/index.ts'

const script = fileURLToPath(new URL('fixtures/check-sqlite.ts', import.meta.url))
const cwd = fileURLToPath(new URL('..', import.meta.url))
const asked = storeCases.filter(({ needs }) => needs !== 'faults').length

test.concurrent.each([
  ['node22', 'node:sqlite', ['--no-warnings', script]],
  ['node24', 'node:sqlite', ['--no-warnings', script]],
  ['node26', 'node:sqlite', ['--no-warnings', script]],
  ['bun', 'bun:sqlite', ['run', script]],
  ['deno', 'node:sqlite', ['run', '--allow-all', '--node-modules-dir=manual', '--quiet', script]],
  // Compiled for the Node that has installed it: the one that runs this.
  ['this Node', 'better-sqlite3', ['--import', 'tsx', script, 'better-sqlite3']],
] as const)('%s: the store suite passes with %s', { timeout: 300_000 }, async (runtime, _driver, args) => {
  const { stdout } = await promisify(execFile)(runtime === 'this Node' ? process.execPath : runtimes[runtime], args, {
    cwd,
  })
  expect(JSON.parse(stdout)).toEqual({ cases: asked, failed: [] })
})
