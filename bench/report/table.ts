import type { Result, Row } from '../run-bench.ts'

/** The figures of a row as cells, the cheapest server first; only the columns that this row has. */
export function cellsOf({ results }: Row): { head: string[]; lines: string[][] } {
  const used = columns.filter(({ of }) => results.some((result) => of(result) !== undefined))
  const sorted = results.toSorted((a, b) => (a.ratio ?? a.cpuMicros) - (b.ratio ?? b.cpuMicros))
  return {
    head: ['', ...used.map(({ title }) => title)],
    lines: sorted.map((result) => [result.server, ...used.map(({ of, digits }) => of(result)?.toFixed(digits) ?? '')]),
  }
}

/** A row as a table for a terminal. */
export function tableOf(row: Row): string {
  const { head, lines } = cellsOf(row)
  const all = [[`${row.workload} (Node ${row.node.slice(1)})`, ...head.slice(1)], ...lines]
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  const padded = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)
  return all.map((line) => line.map(padded).join('  ')).join('\n')
}

interface Column {
  readonly title: string
  readonly digits: number
  of(result: Result): number | undefined
}

const columns: readonly Column[] = [
  { title: 'ms', digits: 1, of: ({ millis }) => millis },
  { title: 'p90 ms', digits: 1, of: ({ p90 }) => p90 },
  { title: 'bytes', digits: 0, of: ({ bytes }) => bytes },
  { title: 'CPU µs', digits: 1, of: ({ cpuMicros }) => cpuMicros },
  { title: 'ratio', digits: 2, of: ({ ratio }) => ratio ?? undefined },
  { title: 'ns/layer', digits: 0, of: ({ layerNanos }) => layerNanos },
  { title: 'req/s', digits: 0, of: ({ requestsPerSecond }) => requestsPerSecond },
  { title: 'p50 ms', digits: 2, of: ({ p50 }) => p50 },
  { title: 'p99 ms', digits: 2, of: ({ p99 }) => p99 },
  { title: 'requests', digits: 0, of: ({ requests }) => requests },
  { title: 'failed', digits: 0, of: ({ failed }) => failed },
  { title: 'stale', digits: 0, of: ({ stale }) => stale },
  { title: 'back', digits: 0, of: ({ back }) => back },
  { title: 'missed', digits: 0, of: ({ missed }) => missed },
]
