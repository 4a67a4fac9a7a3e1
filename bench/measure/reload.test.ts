import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loadWithAutocannon } from '../load/autocannon.ts'
import { runBench } from '../run-bench.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-test-'))
  vi.stubEnv('TMPDIR', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test('each save is seen by clients, none of whose requests fsgi fails, and nothing is left behind', async () => {
  const [row] = await runBench({
    workloads: ['reload'],
    node: process.execPath,
    effort: { rounds: 1, seconds: 0.1, warmUpSeconds: 0.05, reloads: 2 },
    generator: { name: 'autocannon', load: loadWithAutocannon },
    servers: ['fsgi'],
  })

  expect(row!.workload).toBe('reload')
  const results = Object.fromEntries(row!.results.map((result) => [result.server, result]))
  expect(Object.keys(results)).toEqual(['node --watch', 'fsgi'])
  for (const { reloads, millis, p90, requests, missed, cpuMicros } of row!.results) {
    expect({ reloads, missed }).toEqual({ reloads: 2, missed: 0 })
    expect(millis).toBeGreaterThan(0)
    expect(p90).toBeGreaterThanOrEqual(millis!)
    expect(requests).toBeGreaterThan(8)
    expect(cpuMicros).toBeGreaterThan(0)
  }
  expect(results['fsgi']).toMatchObject({ failed: 0, stale: 0, back: 0 })
  expect(results['fsgi']!.ratio).toBeCloseTo(results['fsgi']!.millis! / results['node --watch']!.millis!)
  // Who ends the process before the next one listens cannot but fail some.
  expect(results['node --watch']!.failed! + results['node --watch']!.stale!).toBeGreaterThan(0)
  expect(readdirSync(folder)).toEqual([])
  await vi.waitUntil(() => runningIn(folder).length === 0, { timeout: 15_000 })
}, 240_000)

/** Processes in that folder, or in one that was there. Only Linux has /proc. */
function runningIn(folder: string): string[] {
  if (!existsSync('/proc')) return []
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
    } catch {
      return false // it ended meanwhile, or is somebody else's
    }
  })
}
