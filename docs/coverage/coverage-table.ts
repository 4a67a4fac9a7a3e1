import { checks } from '@fsgi/core/lint'
import { middlewareCases } from '@fsgi/conformance'
import { serverCases } from '@fsgi/conformance/server'
import { reasons } from './reasons.ts'
import { rules } from './rules-of-spec.ts'
import type { Rule } from './rules-of-spec.ts'

/** What looks at a rule: checks of lint, cases of the two suites. */
export interface Coverage {
  readonly rule: Rule
  readonly checks: readonly string[]
  readonly serverCases: readonly string[]
  readonly middlewareCases: readonly string[]
}

export const coverage: readonly Coverage[] = rules.map((rule) => ({
  rule,
  checks: Object.entries(checks).flatMap(([name, check]) => (check.rule === rule.id ? [name] : [])),
  serverCases: idsFor(rule, serverCases),
  middlewareCases: idsFor(rule, middlewareCases),
}))

/** Every rule that a check or a case names. */
export const cited: ReadonlySet<string> = new Set([
  ...Object.values(checks).map((check) => check.rule),
  ...[...serverCases, ...middlewareCases].flatMap((one) => one.rules),
])

export const isCovered = (one: Coverage): boolean =>
  one.checks.length + one.serverCases.length + one.middlewareCases.length > 0

/** The table in Markdown, a row for each rule. */
export function coverageTable(): string {
  const rows = coverage.map((one) => {
    const cells = [one.checks, one.serverCases, one.middlewareCases].map((names) => names.join(', ') || '–')
    return `| ${one.rule.id} | ${isCovered(one) ? cells.join(' | ') : `${reasons[one.rule.id] ?? '–'} | – | –`} |`
  })
  return [
    '<!-- prettier-ignore -->',
    '| Rule | Checks of lint | Server suite | Middleware suite |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function idsFor(rule: Rule, cases: readonly { readonly id: string; readonly rules: readonly string[] }[]): string[] {
  return cases.filter((one) => one.rules.includes(rule.id)).map((one) => one.id)
}
