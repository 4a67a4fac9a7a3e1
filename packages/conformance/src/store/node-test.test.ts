import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { storeCases } from './cases.ts'

/** What the runner prints of itself is not for us: it must not take this process for another of its own. */
const { NODE_TEST_CONTEXT: _, ...env } = process.env

it('describeStore() of node-test makes a test of each case, and says what is wrong in one line', async () => {
  const path = fileURLToPath(new URL('fixtures/node-test-run.ts', import.meta.url))
  const args = ['--import', 'tsx', '--test', '--test-reporter', 'tap', path]
  const output = await new Promise<string>((resolve) =>
    execFile(process.execPath, args, { env, timeout: 100_000 }, (_error, stdout) => resolve(stdout)),
  )
  const lines = output.split('\n').map((line) => line.trim())
  const asked = storeCases.filter(({ needs }) => needs !== 'worker' && needs !== 'faults').length
  expect(lines).toContain(`# tests ${2 * asked}`)
  expect(lines.some((line) => /^ok \d+ - right\(\) conforms$/.test(line))).toBe(true)
  expect(lines.some((line) => /^not ok \d+ - replace refuses another version/.test(line))).toBe(true)
  expect(output).toMatch(/replace of version 1: expected \{"status":"conflict".*saw \{"status":"ok"\}/)
  expect(output).toMatch(/ok \d+ - replace refuses another generation.* \(declared to fail: not fixed yet\)$/m)
}, 120_000)
