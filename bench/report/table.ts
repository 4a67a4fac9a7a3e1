import type { Result, Row } from '../run-bench.ts'

/** The figures of a row as cells, the cheapest server first; only the columns that this row has. */
export function cellsOf({ results }: Row): { head: string[]; lines: string[][] } {
  const used = columns.filter(({ of }) => results.some((result) => of(result) !== undefined))
  const sorted = results.toSorted((a, b) => (a.ratio ?? a.cpuMicros) - (b.ratio ?? b.cpuMicros))
  return {
    head: ['', ...used.map(({ title }) => title)],
    lines: sorted.map((result) => [result.server, ...used.map(({ of }) => of(result) ?? '')]),
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
  of(result: Result): string | undefined
}

const columns: readonly Column[] = [
  number('ms', 1, ({ millis }) => millis),
  number('p90 ms', 1, ({ p90 }) => p90),
  number('bytes', 0, ({ bytes }) => bytes),
  number('CPU µs', 1, ({ cpuMicros }) => cpuMicros),
  number('ratio', 2, ({ ratio }) => ratio ?? undefined),
  number('ns/layer', 0, ({ layerNanos }) => layerNanos),
  number('req/s', 0, ({ requestsPerSecond }) => requestsPerSecond),
  number('p50 ms', 2, ({ p50 }) => p50),
  number('p99 ms', 2, ({ p99 }) => p99),
  number('store calls', 0, ({ storeCalls }) => storeCalls),
  {
    title: 'survived',
    of: ({ survived, updates }) => (survived === undefined ? undefined : `${survived} of ${updates}`),
  },
  number('requests', 0, ({ requests }) => requests),
  number('failed', 0, ({ failed }) => failed),
  number('stale', 0, ({ stale }) => stale),
  number('back', 0, ({ back }) => back),
  number('missed', 0, ({ missed }) => missed),
]

function number(title: string, digits: number, of: (result: Result) => number | undefined): Column {
  return { title, of: (result) => of(result)?.toFixed(digits) }
}
