// RESULTS.md: the tables, and what they were measured with.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, totalmem, type } from 'node:os'
import { flaskVersion } from '../workloads/reload-servers.ts'
import { cellsOf } from './table.ts'
import type { Row } from '../run-bench.ts'
import type { Effort } from '../measure/measure.ts'

/** `ours` are the rows of one run, `load` the generator's name and version. */
export function resultsPage(rows: readonly Row[], effort: Effort, load: string): string {
  return `# What serving costs

Written by \`pnpm bench --write\`; [README.md](README.md) says how it is measured. What counts is the CPU time of the server's processes per request
and its ratio to bare \`node:http\`; of \`start\` and \`reload\` it is the milliseconds. Other machines have other figures, and similar ratios.

![The ratios of five workloads to node:http](chart.svg)

${markdownTable([
  ['', ''],
  ['Date', new Date().toISOString().slice(0, 10)],
  ['Node', rows[0]!.node.slice(1)],
  ['Machine', machine()],
  ['Load', `${load}, on the same machine`],
  [
    'Rounds',
    `${effort.rounds} of ${effort.seconds} s for each server, after ${effort.warmUpSeconds} s to warm up; medians`,
  ],
  ['Servers', versions('../package.json')],
  ...(rows.some(({ workload }) => workload === 'reload') ? [['Reload', reloadVersions()]] : []),
])}

${rows.map(section).join('\n')}`
}

function section(row: Row): string {
  const { head, lines } = cellsOf(row)
  return `## ${row.workload}\n\n${markdownTable([head, ...lines], 'right')}\n`
}

/** As oxfmt leaves it: cells padded; the first column to the left, the others to the side given. */
function markdownTable(lines: readonly (readonly string[])[], side: 'left' | 'right' = 'left'): string {
  const widths = lines[0]!.map((_, i) => Math.max(3, ...lines.map((line) => line[i]!.length)))
  const isRight = (i: number): boolean => side === 'right' && i > 0
  const rule = widths.map((width, i) => (isRight(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  const padded = lines.map((line) =>
    line.map((cell, i) => (isRight(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))),
  )
  return [padded[0]!, rule, ...padded.slice(1)].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function machine(): string {
  const all = cpus()
  return `${all.length} × ${all[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`
}

// The versions are pinned: what package.json says is what was measured.
function versions(file: string): string {
  const manifest = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const pinned = Object.entries(manifest.dependencies).filter(
    ([name, version]) => /^\d/.test(version) && name !== 'autocannon',
  )
  return pinned.map(([name, version]) => `${name} ${version}`).join(', ')
}

function reloadVersions(): string {
  const { version } = createRequire(import.meta.url)('tsx/package.json') as { version: string }
  const flask = flaskVersion()
  return `${versions('../reload/package.json')}, tsx ${version}${flask === undefined ? '' : `, Flask ${flask}`}`
}
