import { expect, test } from 'vitest'
import { cellsOf, tableOf } from './table.ts'
import type { Row } from '../run-bench.ts'

function row(results: Row['results'], workload = 'hello'): Row {
  return { workload, node: 'v24.1.0', results }
}

test('a table has the columns of which some server has a figure, the lowest ratio first', () => {
  const results = [
    { server: 'node:http', cpuMicros: 20, ratio: 1, p50: 0.5 },
    { server: 'fast', cpuMicros: 15, ratio: 0.75 },
  ]
  expect(cellsOf(row(results))).toEqual({
    head: ['', 'CPU µs', 'ratio', 'p50 ms'],
    lines: [
      ['fast', '15.0', '0.75', ''],
      ['node:http', '20.0', '1.00', '0.50'],
    ],
  })
})

test('without a server to compare with the order is that of the CPU time', () => {
  const results = [
    { server: 'b', cpuMicros: 20, ratio: null },
    { server: 'a', cpuMicros: 15, ratio: null },
  ]
  expect(cellsOf(row(results)).lines.map(([server]) => server)).toEqual(['a', 'b'])
})

test('on a terminal the columns are aligned', () => {
  const results = [
    { server: 'node:http', cpuMicros: 20, ratio: 1 },
    { server: 'slow', cpuMicros: 1234.56, ratio: 61.728 },
  ]
  expect(tableOf(row(results))).toBe(
    [
      'hello (Node 24.1.0)  CPU µs  ratio',
      'node:http              20.0   1.00',
      'slow                 1234.6  61.73',
    ].join('\n'),
  )
})

test('reloads are shown with what went wrong meanwhile, also when that is nothing', () => {
  const figures = { cpuMicros: 1e6, millis: 150.2, p90: 170, requests: 900, failed: 0, stale: 0, back: 0, missed: 0 }
  const { head, lines } = cellsOf(row([{ server: 'fsgi', ratio: 0.4, ...figures }], 'reload'))
  expect(head).toEqual(['', 'ms', 'p90 ms', 'CPU µs', 'ratio', 'requests', 'failed', 'stale', 'back', 'missed'])
  expect(lines).toEqual([['fsgi', '150.2', '170.0', '1000000.0', '0.40', '900', '0', '0', '0', '0']])
})

test('sessions are shown with the calls of the store, and what is left of updates', () => {
  const results = [
    { server: 'fsgi', cpuMicros: 20, ratio: 2, storeCalls: 2, survived: 160, updates: 160 },
    { server: 'cookie', cpuMicros: 30, ratio: 3, survived: 31, updates: 160 },
  ]
  const { head, lines } = cellsOf(row(results, 'session/writers'))
  expect(head).toEqual(['', 'CPU µs', 'ratio', 'store calls', 'survived'])
  expect(lines).toEqual([
    ['fsgi', '20.0', '2.00', '2', '160 of 160'],
    ['cookie', '30.0', '3.00', '', '31 of 160'],
  ])
})
