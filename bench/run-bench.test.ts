import { expect, test } from 'vitest'
import { loadWithAutocannon } from './load/autocannon.ts'
import { chartOf } from './report/chart.ts'
import { tableOf } from './report/table.ts'
import { runBench } from './run-bench.ts'
import type { BenchOptions, Row } from './run-bench.ts'

const short: Omit<BenchOptions, 'workloads'> = {
  node: process.execPath,
  effort: { rounds: 1, seconds: 0.1, warmUpSeconds: 0.05, reloads: 1 },
  generator: { name: 'autocannon', load: loadWithAutocannon },
}

test('a workload gives the CPU time per request of every server, and its ratio to node:http', async () => {
  const told: Row[] = []
  const options: BenchOptions = { ...short, workloads: ['hello'], servers: ['fsgi', 'koa'] }
  const rows = await runBench({ ...options, onRow: (row) => void told.push(row) })

  expect(told).toEqual(rows)
  expect(rows).toHaveLength(1)
  const { workload, node, results } = rows[0]!
  expect({ workload, node }).toEqual({ workload: 'hello', node: process.version })
  expect(results.map(({ server }) => server)).toEqual(['node:http', 'fsgi', 'koa'])
  const [base, ours] = results
  expect(base!.ratio).toBe(1)
  expect(ours!.ratio).toBeCloseTo(ours!.cpuMicros / base!.cpuMicros)
  for (const { cpuMicros, requestsPerSecond, p50, p99 } of results) {
    expect(cpuMicros).toBeGreaterThan(0)
    expect(requestsPerSecond).toBeGreaterThan(0)
    expect(p99).toBeGreaterThanOrEqual(p50!)
  }

  expect(tableOf(rows[0]!)).toMatch(/^hello \(Node .*CPU µs +ratio +req\/s +p50 ms +p99 ms\n/)
  expect(chartOf(rows)).toContain('>fsgi</text>')
}, 120_000)

test('a workload that asks for a longer warm-up gets it, and rounds as long as the others', async () => {
  const asked: number[] = []
  const generator: BenchOptions['generator'] = {
    name: 'autocannon, for a moment',
    load(server, exchange, options) {
      asked.push(options.seconds)
      return loadWithAutocannon(server, exchange, { ...options, seconds: 0.1 })
    },
  }
  const rows = await runBench({ ...short, generator, workloads: ['layers'], servers: [] })

  expect(rows.map(({ workload }) => workload)).toContain('layers/50')
  expect(asked).toEqual([...rows.map(() => 3), ...rows.map(() => short.effort.seconds)])
}, 120_000)
