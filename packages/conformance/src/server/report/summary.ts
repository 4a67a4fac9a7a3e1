import type { Host } from '../host.ts'
import type { ServerCaseResult } from '../check-server.ts'
import type { Tier } from '../case.ts'

/** What came of one host; the entries of `hosts` in the JSON report. */
export interface Summary {
  readonly host: string
  /** Runs of cases, one per mode. */
  readonly passed: number
  readonly failed: number
  readonly declared: number
  readonly tiers: Readonly<Partial<Record<Tier, Counts>>>
  readonly failures: readonly {
    readonly id: string
    readonly title: string
    readonly mode: string
    readonly error: string
  }[]
  readonly declaredFailures: Readonly<Record<string, string>>
}

export interface Counts {
  passed: number
  failed: number
  declared: number
}

/** Counts the results of a host. */
export function summaryOf(host: Host, results: readonly ServerCaseResult[]): Summary {
  const all: Counts = { passed: 0, failed: 0, declared: 0 }
  const tiers: Partial<Record<Tier, Counts>> = {}
  const failures: Summary['failures'][number][] = []
  const declaredFailures: Record<string, string> = {}
  for (const { case: one, mode, error, declared } of results) {
    const tier = (tiers[one.tier] ??= { passed: 0, failed: 0, declared: 0 })
    const kind = error !== undefined ? 'failed' : declared !== undefined ? 'declared' : 'passed'
    all[kind]++
    tier[kind]++
    if (error !== undefined) failures.push({ id: one.id, title: one.title, mode, error: error.message })
    if (declared !== undefined) declaredFailures[one.id] = declared
  }
  return { host: host.name, ...all, tiers, failures, declaredFailures }
}
