import { middlewareCases } from './cases.ts'
import { subjectOf } from './subject.ts'
import type { Middleware } from '@fsgi/core'
import type { MiddlewareCase } from './cases.ts'

export interface MiddlewareOptions {
  /** Values that the middleware needs from layers above it: its `Needs`. */
  readonly context?: Readonly<Record<string, unknown>>
  /** Cases that this middleware fails on purpose, with the reason. A declared case that passes is a failure. */
  readonly declared?: Readonly<Record<string, string>>
}

export interface CaseResult {
  readonly case: MiddlewareCase
  /** What went wrong; `undefined` where the case passed, or failed as declared. */
  readonly error?: Error
  /** The reason, where the case failed as declared. */
  readonly declared?: string
}

/** Runs every case of the suite against a middleware, without a test runner. `make` is called anew for each case. */
export async function checkMiddleware(
  make: () => Middleware<any, any>,
  options: MiddlewareOptions = {},
): Promise<CaseResult[]> {
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
  const error = await withinLimit(one.run(subjectOf(make, options.context ?? {}))).then(() => undefined, asError)
  if (declared === undefined) return error === undefined ? { case: one } : { case: one, error }
  if (error !== undefined) return { case: one, declared }
  return { case: one, error: new Error(`${one.id} passes, but it is declared to fail: ${declared}`) }
}

const LIMIT = 2000 // milliseconds; cases take a few, and one that waits for ever has found a stall

async function withinLimit(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the case did not end within ${LIMIT} ms: something stalls`)), LIMIT)
  })
  await Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value))
}
