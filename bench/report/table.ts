import type { Row } from '../run-bench.ts'

/** A row as lines for a terminal, cheapest server first. */
export function tableOf({ workload, node, results }: Row): string {
  const lines = [[`${workload} (Node ${node.slice(1)})`, 'CPU µs', 'ratio', 'req/s', 'p50 ms', 'p99 ms']]
  for (const { server, cpuMicros, ratio, requestsPerSecond, p50, p99 } of results.toSorted(
    (a, b) => a.cpuMicros - b.cpuMicros,
  )) {
    lines.push([
      server,
      digits(cpuMicros, 1),
      digits(ratio, 2),
      digits(requestsPerSecond, 0),
      digits(p50, 2),
      digits(p99, 2),
    ])
  }
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n')
}

function digits(value: number | null | undefined, places: number): string {
  return value === null || value === undefined ? '' : value.toFixed(places)
}
