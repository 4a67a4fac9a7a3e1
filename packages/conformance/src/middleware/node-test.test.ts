import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { middlewareCases } from './cases.ts'

/** What the runner prints of itself is not for us: it must not take this process for another of its own. */
const { NODE_TEST_CONTEXT: _, ...env } = process.env

function run(file: string): Promise<string> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const args = ['--import', 'tsx', '--test', '--test-reporter', 'tap', path]
  return new Promise((resolve) => execFile(process.execPath, args, { env }, (_error, stdout) => resolve(stdout)))
}

it('describeMiddleware() of node-test makes a test of each case, and says what is wrong in one line', async () => {
  const lines = (await run('fixtures/node-test-run.ts')).split('\n').map((line) => line.trim())
  expect(lines).toContain(`# tests ${3 * middlewareCases.length}`)
  expect(lines).toContain('# fail 1')
  expect(lines.filter((line) => line.startsWith('not ok')).map((line) => line.replace(/ \d+/, ''))).toEqual([
    'not ok - M9: a response with immutable headers passes',
    'not ok - careless() conforms',
  ])
  expect(lines.join('\n')).toContain('[fsgi M9] the headers of a response from below are immutable')
  expect(lines.join('\n')).toMatch(/^ok \d+ - M9: .* \(declared to fail: not fixed yet\)$/m)
}, 60_000)
