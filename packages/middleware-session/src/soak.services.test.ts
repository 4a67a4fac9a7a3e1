// A few seconds of `pnpm soak session`.
import { expect, test } from 'vitest'
import { backendNames } from './fixtures/soak/backends.ts'
import { reportOf } from './fixtures/soak/report.ts'
import { runSoak } from './fixtures/soak/run-soak.ts'

const options = { seconds: 5, processes: 3, sessions: 60 }
const limit = 120_000

test.each(backendNames)(
  '%s loses no update, brings no session back and accepts no dead token, whatever breaks',
  async (name) => {
    const result = await runSoak(name, options)
    expect(result.violations, reportOf(result)).toEqual([])
    const of = (what: string): number =>
      result.operations.filter((each) => each.what === what && each.outcome === 'ok').length
    for (const what of ['create', 'read', 'update', 'rotate', 'login', 'destroy']) expect(of(what)).toBeGreaterThan(0)
    expect(result.operations.some(({ outcome }) => outcome === 'refused')).toBe(true)
    expect(result.kills).toBeGreaterThan(0)
    expect(result.restarts > 0).toBe(name !== 'sqlite')
  },
  limit,
)

test(
  'a store that does not compare is found',
  async () => {
    const { violations } = await runSoak('sqlite-without-compare', { ...options, seconds: 2, sessions: 4 })
    expect(violations.map(({ kind }) => kind)).toContain('lost update')
  },
  limit,
)
