import type { Counts, Summary } from './summary.ts'
import type { Tier } from '../case.ts'

const order: readonly Tier[] = [
  'core',
  'stream',
  'origin',
  'cap:informational',
  'cap:report',
  'cap:start',
  'cap:limits',
  'cap:proxy',
  'cap:tls',
]

/** Hosts and tiers as a table in Markdown: how many runs passed, and how many failed or were declared to fail. */
export function tableOf(summaries: readonly Summary[]): string {
  const columns = order.filter((tier) => summaries.some(({ tiers }) => tiers[tier] !== undefined))
  const rows = summaries.map(({ host, tiers }) => [host, ...columns.map((tier) => cell(tiers[tier]))])
  const widths = ['host', ...columns].map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, i) => text.padEnd(widths[i]!)).join(' | ')} |`
  return [line(['host', ...columns]), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function cell(counts: Counts | undefined): string {
  if (counts === undefined) return ''
  const { passed, failed, declared } = counts
  return [`${passed} passed`, failed > 0 && `${failed} FAILED`, declared > 0 && `${declared} declared`]
    .filter((part) => part !== false)
    .join(', ')
}
