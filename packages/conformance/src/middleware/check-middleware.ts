import { Bench } from './bench.ts'
import { checkOptions } from './middleware-options.ts'
import { middlewareCases } from './cases.ts'
import type { Middleware } from '@fsgi/core'
import type { MiddlewareCase } from './case.ts'
import type { MiddlewareOptions } from './middleware-options.ts'

export interface CaseResult {
  readonly case: MiddlewareCase
  /** What went wrong; `undefined` where the case passed, or failed as declared. */
  readonly error?: Error
  /** The reason, where the case failed as declared. */
  readonly declared?: string
}

/**
 * Runs every case of the suite against a middleware, without a test runner. `make` is called anew for each case.
 *
 * ```ts
 * const failed = (await checkMiddleware(() => gzip())).filter(({ error }) => error !== undefined)
 * ```
 * @throws {TypeError} for options that are not valid.
 */
export async function checkMiddleware(
  make: () => Middleware<any, any>,
  options: MiddlewareOptions = {},
): Promise<CaseResult[]> {
  checkOptions('checkMiddleware()', make, options)
  const results: CaseResult[] = []
  for (const one of middlewareCases) results.push(await runCase(one, make, options))
  return results
}

/** Runs one case; what the runner front ends call. */
export async function runCase(
  one: MiddlewareCase,
  make: () => Middleware<any, any>,
  options: MiddlewareOptions,
): Promise<CaseResult> {
  const declared = options.declared?.[one.id]
  const bench = new Bench(make, options.context ?? {})
  const work = one.run(bench).then(() => bench.finish())
  const error = explained(await withinLimit(work, bench).then(() => undefined, asError), bench)
  if (declared === undefined) return error === undefined ? { case: one } : { case: one, error }
  if (error !== undefined) return { case: one, declared }
  return { case: one, error: new Error(`${one.id} passes, but it is declared to fail: ${declared}`) }
}

const TURNS = 400
const TURN = 5 // milliseconds

/**
 * Cases take a few milliseconds, and one that waits for ever has found a stall. The limit is counted in turns of the event
 * loop, so that a machine that is busy with something else is not taken for one.
 */
async function withinLimit(work: Promise<void>, bench: Bench): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    const wait = (left: number): void => {
      if (left > 0) timer = setTimeout(wait, TURN, left - 1)
      else
        reject(
          new Error(`${bench.waitingFor ?? 'the end of the case'} did not come within ${TURNS * TURN} ms: a stall`),
        )
    }
    wait(TURNS)
  })
  await Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

/** What went wrong in one line, with what lint has found and what was reported meanwhile, which is often the cause. */
function explained(error: Error | undefined, { findings, reports }: Bench): Error | undefined {
  if (error === undefined && findings.size === 0) return undefined
  const reported = error === undefined ? [] : [...new Set(reports.map((report) => `reported: ${String(report)}`))]
  const told = [...(error === undefined ? [] : [error.message]), ...findings, ...reported]
  if (error !== undefined && told.length === 1) return error
  return new Error(told.join('; '), {
    cause: reports.find((report) => report instanceof Error) ?? error?.cause ?? error,
  })
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value))
}
