import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../../packages/core/SPEC.md', import.meta.url)

export interface Rule {
  readonly id: string
  readonly text: string
}

/** SPEC.md as it is now. */
export const spec: string = readFileSync(file, 'utf8')

/** The rules of the specification in their order, without those that were withdrawn. */
export const rules: readonly Rule[] = [
  ...spec.split('\n## Withdrawn')[0]!.matchAll(/^- \*\*([GSAM]\d+)\*\* (.+)$/gm),
].map(([, id, text]) => ({ id: id!, text: text! }))

const BEGIN = '<!-- coverage: pnpm spec:coverage writes what follows -->'
const END = '<!-- /coverage -->'

/** The table that stands in SPEC.md between the markers. @throws {Error} if a marker is missing. */
export function tableIn(text: string): string {
  return text.slice(...between(text)).trim()
}

export function writeTable(table: string): void {
  const [start, end] = between(spec)
  writeFileSync(file, `${spec.slice(0, start)}\n\n${table}\n\n${spec.slice(end)}`)
}

function between(text: string): [start: number, end: number] {
  const start = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (start === -1 || end < start) throw new Error(`SPEC.md must have the lines ${BEGIN} and ${END}`)
  return [start + BEGIN.length, end]
}
