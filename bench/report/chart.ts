// The chart in the README: ratios to node:http as bars, a panel per workload. Its colours follow the reader's light or dark mode.
import type { Row } from '../run-bench.ts'

export const charted = ['hello', 'json', 'headers', 'stream', 'stack']

const labels = 210
const bars = 360
const width = labels + bars + 60
const line = 22
const bar = 14

/** An SVG of those of the rows that are in `charted`; longer bars than four times node:http are cut off. */
export function chartOf(rows: readonly Row[]): string {
  let y = 34
  const panels: string[] = []
  for (const name of charted) {
    const row = rows.find(({ workload }) => workload === name)
    if (row === undefined) continue
    panels.push(panel(row, y))
    y += row.results.length * line + 48
  }
  const title = 'Server CPU time per request, node:http = 1'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="${title}">
<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .label { text-anchor: end }
  .ours { font-weight: 600 }
  rect { fill: #9aa4af }
  rect.ours { fill: #2f6feb }
  line { stroke: #1f2328; stroke-dasharray: 3 3; opacity: .5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    rect { fill: #6e7681 }
    rect.ours { fill: #58a6ff }
    line { stroke: #e6edf3 }
  }
</style>
<text class="title" x="0" y="16">${title} (Node ${rows[0]!.node.slice(1)}; shorter is better)</text>
${panels.join('\n')}
</svg>
`
}

function panel({ workload, results }: Row, top: number): string {
  const sorted = results.filter(({ ratio }) => ratio !== null).toSorted((a, b) => a.ratio! - b.ratio!)
  const longest = Math.min(4, Math.max(...sorted.map(({ ratio }) => ratio!)))
  const length = (ratio: number): number => Math.round((Math.min(ratio, longest) / longest) * bars)
  const first = top + 26
  const one = labels + length(1)
  const drawn = sorted.map(({ server, ratio }, i) => {
    const y = first + i * line
    const ours = server.startsWith('fsgi') ? ' ours' : ''
    const value = ratio! > longest ? `${ratio!.toFixed(2)} →` : ratio!.toFixed(2)
    return `<text class="label${ours}" x="${labels - 8}" y="${y + 11}">${server}</text><rect class="bar${ours}" x="${labels}" y="${y}" width="${length(ratio!)}" height="${bar}" rx="2"/><text x="${labels + length(ratio!) + 6}" y="${y + 11}">${value}</text>`
  })
  return `<text class="title" x="0" y="${top + 12}">${workload}</text>
${drawn.join('\n')}
<line x1="${one}" x2="${one}" y1="${first - 4}" y2="${first + sorted.length * line - 4}"/>`
}
