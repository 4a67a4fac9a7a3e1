import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checks } from './checks.ts'

const spec = readFileSync(new URL('../../SPEC.md', import.meta.url), 'utf8')
const [current, withdrawn] = spec.split('\n## Withdrawn\n') as [string, string]
/** `- **S23** text` and, on a line of its own, `Why: …`; ends before the next item or heading. */
const RULE = /^- \*\*([GSAM]\d+)\*\* (.*)\n((?:  .*\n)*)/gm
const rules = [...current.matchAll(RULE)].map(([, id, text, rest]) => ({ id: id!, text: text!, rest: rest! }))
const ids = new Set(rules.map(({ id }) => id))
const gone = new Set([...withdrawn.matchAll(RULE)].map(([, id]) => id!))

/** How a source file cites a rule: in a message, or in a comment. */
const CITATIONS = {
  '`[fsgi S23] …`': /\[fsgi ([GSAM]\d+)\]/g,
  '`SPEC S23, S24`': /\bSPEC ([GSAM]\d+(?:(?:, |–| and )[GSAM]\d+)*)/g,
}
/** And where tests and cases go by rules: at the beginning of a title, and in the list of a case. */
const TITLES = {
  "`'S23, S24: …'`": /['"`]([GSAM]\d+(?:(?:, |–| and )[GSAM]\d+)*): /g,
  "`rules: ['S23', 'S24']`": /\brules: \[([^\]]+)\]/g,
}
const BY_RULE: readonly string[] = ['core', 'conformance', 'server-node']

function sources(): { file: string; cited: string[] }[] {
  const packages = new URL('../../../', import.meta.url)
  const found: { file: string; cited: string[] }[] = []
  for (const name of readdirSync(packages)) {
    const folder = new URL(`${name}/src/`, packages)
    for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!entry.endsWith('.ts')) continue
      const text = readFileSync(new URL(entry, folder), 'utf8')
      const patterns = Object.values(BY_RULE.includes(name) ? { ...CITATIONS, ...TITLES } : CITATIONS)
      const cited = patterns.flatMap((pattern) =>
        [...text.matchAll(pattern)].flatMap(([, list]) => list!.match(/[GSAM]\d+/g) ?? []),
      )
      if (cited.length > 0) found.push({ file: `${name}/src/${entry}`, cited })
    }
  }
  return found
}

describe('SPEC.md', () => {
  it('has general, server, app and middleware rules', () => {
    for (const letter of 'GSAM') expect(rules.filter(({ id }) => id.startsWith(letter)).length).toBeGreaterThan(5)
  })

  it('uses each id once, and none that was withdrawn', () => {
    const all = [...rules.map(({ id }) => id), ...gone]
    expect(all.filter((id, index) => all.indexOf(id) !== index)).toEqual([])
  })

  it('gives every rule a word of RFC 2119 and a reason of one line', () => {
    for (const { id, text, rest } of rules) {
      expect(`${id} ${text}`).toMatch(/\b(?:MUST|SHOULD|MAY)\b/)
      expect(`${id} ${rest}`).toMatch(/^\S+ {3}Why: .+\n$/)
    }
  })

  it('refers only to rules that it has', () => {
    const known = new Set([...ids, ...gone])
    expect((spec.match(/(?<![%\w])[GSAM]\d{1,2}\b/g) ?? []).filter((id) => !known.has(id))).toEqual([])
  })

  it('has every rule that the validator checks', () => {
    expect(
      Object.values(checks)
        .map(({ rule }) => rule)
        .filter((id) => !ids.has(id)),
    ).toEqual([])
  })

  it.each(Object.entries({ ...CITATIONS, ...TITLES }))('is cited in the form %s', (example, pattern) => {
    const cited = [...example.matchAll(pattern)].flatMap(([, list]) => list!.match(/[GSAM]\d+/g) ?? [])
    expect(cited).toEqual(example.includes('S24') ? ['S23', 'S24'] : ['S23'])
  })

  it('has every rule that a source file, the title of a test, or a case cites', () => {
    const found = sources()
    for (const name of BY_RULE) {
      expect(found.filter(({ file }) => file.startsWith(`${name}/`)).length).toBeGreaterThan(5)
    }
    const wrong = found.flatMap(({ file, cited }) => cited.filter((id) => !ids.has(id)).map((id) => `${file}: ${id}`))
    expect(wrong).toEqual([])
  })
})
