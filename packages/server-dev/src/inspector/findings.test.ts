import { expect, it } from 'vitest'
import { Findings } from './findings.ts'
import type { CountedFinding } from './recorded.ts'

const finding = (count: number, layer = 'gzip'): CountedFinding => ({
  rule: 'S23',
  level: 'error',
  layer,
  message: `wrong (${layer})`,
  count,
  exchange: count,
})

it('the terminal is told of a finding when it is new, and when it has become ten times as many', () => {
  const told: string[] = []
  let changes = 0
  const findings = new Findings({ tell: (message) => void told.push(message), changed: () => changes++ })
  for (const count of [1, 2, 9, 12, 80, 99, 100, 500, 5000]) findings.heard(finding(count), 1)
  findings.heard(finding(1, 'session'), 1)
  expect(told).toEqual([
    'wrong (gzip)',
    'wrong (gzip) (12 times)',
    'wrong (gzip) (100 times)',
    'wrong (gzip) (5000 times)',
    'wrong (session)',
  ])
  expect(findings.list()).toMatchObject([
    { layer: 'gzip', count: 5000, exchange: 5000 },
    { layer: 'session', count: 1 },
  ])
  expect(changes).toBe(10)
})

it('new code has a clean sheet, and an old process that is still at work does not stain it', () => {
  const told: string[] = []
  const findings = new Findings({ tell: (message) => void told.push(message), changed() {} })
  findings.heard(finding(1), 1)
  findings.begin(2)
  expect(findings.list()).toEqual([])
  findings.heard(finding(2), 1)
  expect(findings.list()).toEqual([])
  findings.heard(finding(1), 2)
  expect(told).toHaveLength(2)
})
