import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { resultsPage } from './results-page.ts'
import type { Row } from '../run-bench.ts'

const effort = { rounds: 5, seconds: 1, warmUpSeconds: 1.5, reloads: 8 }
const hello: Row = {
  workload: 'hello',
  node: 'v24.1.0',
  results: [{ server: 'node:http', cpuMicros: 20, ratio: 1 }],
}
const figures = { cpuMicros: 1e6, millis: 150.2, p90: 170, requests: 900, failed: 0, stale: 0, back: 0, missed: 0 }
const reload: Row = { workload: 'reload', node: 'v24.1.0', results: [{ server: 'fsgi', ratio: 0.4, ...figures }] }

test('each row is a section with its table', () => {
  const page = resultsPage([hello, reload], effort, 'wrk 4')
  expect(page).toContain('## hello\n\n|           | CPU µs | ratio |\n| --------- | -----: | ----: |\n')
  expect(page).toContain('| node:http |   20.0 |  1.00 |')
  expect(page).toMatch(/## reload\n\n\| +\| +ms \| p90 ms \|.*\| failed \| stale \| back \| missed \|\n/)
})

test('the versions of development servers are named where they were measured', () => {
  const { version } = createRequire(import.meta.url)('tsx/package.json') as { version: string }
  expect(resultsPage([hello, reload], effort, 'wrk 4')).toMatch(
    new RegExp(`\\| Reload +\\| @hono/vite-dev-server \\d.*, nitropack \\d.*, vite \\d.*, tsx ${version}`),
  )
  expect(resultsPage([hello], effort, 'wrk 4')).not.toContain('nitropack')
})
