import { Bench } from './bench.ts'
import { casesFor } from './check-host.ts'
import type { StoreCase } from './case.ts'
import type { StoreHost } from './host.ts'

export interface StoreCaseResult {
  readonly case: StoreCase
  /** What went wrong; `undefined` where the case passed, or failed as declared. */
  readonly error?: Error
  /** The reason, where the case failed as declared. */
  readonly declared?: string
}

/**
 * Runs every case that a store is asked, one after the other, without a test runner.
 *
 * ```ts
 * const failed = (await checkStore({ name: 'mine', open: () => ({ store: mine() }) })).filter(({ error }) => error)
 * ```
 * @throws {TypeError} for a host that is not valid.
 */
export async function checkStore(host: StoreHost): Promise<StoreCaseResult[]> {
  const results: StoreCaseResult[] = []
  for (const one of casesFor(host)) results.push(await runStoreCase(one, host))
  return results
}

/** Runs one case; what the runner front ends call. */
export async function runStoreCase(one: StoreCase, host: StoreHost): Promise<StoreCaseResult> {
  const declared = host.declared?.[one.id]
  const error = await failureOf(one, host)
  if (declared === undefined) return error === undefined ? { case: one } : { case: one, error }
  if (error !== undefined) return { case: one, declared }
  return { case: one, error: new Error(`${one.id} passes, but it is declared to fail: ${declared}`) }
}

/** What a test runner calls a case. */
export function titleOf({ id, title }: StoreCase, { declared }: StoreHost): string {
  const reason = declared?.[id]
  return reason === undefined ? title : `${title} (declared to fail: ${reason})`
}

const LIMIT = 30_000

/** The longest that a test of a case takes, for a runner: the limits of its work and of closing what it opened. */
export function limitOf(host: StoreHost): number {
  return 2 * (host.limit ?? LIMIT) + 10_000
}

async function failureOf(one: StoreCase, host: StoreHost): Promise<Error | undefined> {
  let bench: Bench | undefined
  const error = await failure(async () => {
    bench = await Bench.open(host)
    claimsMatch(bench, host)
    await withinLimit('the case', one.run(bench), host)
  })
  const closing = await failure(async () => {
    if (bench !== undefined) await withinLimit('closing what the case opened', bench.close(), host)
  })
  return error ?? closing
}

async function failure(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** A store that loses an ability must not pass for one that never had it. */
function claimsMatch({ store }: Bench, { can = [], name }: StoreHost): void {
  for (const ability of ['bySubject', 'sweep'] as const) {
    const has = store[ability] !== undefined
    if (has === can.includes(ability)) continue
    const said = has ? `has ${ability}, but 'can' does not name it` : `has no ${ability}, but 'can' names it`
    throw new Error(`${name}: the store ${said}`)
  }
}

async function withinLimit(what: string, work: Promise<void>, { limit = LIMIT }: StoreHost): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${limit} ms: something stalls`)), limit)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
