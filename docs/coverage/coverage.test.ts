import { describe, expect, it } from 'vitest'
import { cited, coverage, coverageTable, isCovered } from './coverage-table.ts'
import { reasons } from './reasons.ts'
import { rules, spec, tableIn } from './rules-of-spec.ts'

describe('the specification, the validator and the suites hold each other', () => {
  const ids = new Set(rules.map((rule) => rule.id))

  it('every rule with a MUST has a check, a case, or a reason why neither can exist', () => {
    const bare = coverage.filter(
      (one) => /\bMUST\b/.test(one.rule.text) && !isCovered(one) && !(one.rule.id in reasons),
    )
    expect(bare.map((one) => `${one.rule.id} ${one.rule.text}`)).toEqual([])
  })

  it('every check and every case names existing rules', () => {
    expect([...cited].filter((id) => !ids.has(id))).toEqual([])
  })

  it('a reason is given only for a rule that exists and has neither', () => {
    const idle = Object.keys(reasons).filter((id) => !coverage.some((one) => one.rule.id === id && !isCovered(one)))
    expect(idle).toEqual([])
  })

  it('the table in SPEC.md is what there is: `pnpm spec:coverage` writes it', () => {
    expect(tableIn(spec)).toBe(coverageTable())
  })
})
