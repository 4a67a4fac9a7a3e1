import { bodyCases } from './body-cases.ts'
import { errorCases } from './error-cases.ts'
import { passThroughCases } from './pass-through-cases.ts'
import { streamCases } from './stream-cases.ts'
import type { App, Context, Middleware } from '@fsgi/core'
import type { DispatchContext } from '@fsgi/core/testing'

/** One thing that every middleware does, or leaves alone. */
export interface MiddlewareCase {
  /** Permanent. */
  readonly id: string
  /** The rules of SPEC.md that it covers. */
  readonly rules: readonly string[]
  /** The rules, then the behaviour. */
  readonly title: string
  /** Rejects with an Error that says what was expected and what was seen. */
  run(subject: Subject): Promise<void>
}

/** What a case works with. */
export interface Subject {
  middleware(): Middleware<any, any>
  /** Sends a request through the middleware, linted on both sides, to `app`. */
  send(app: App, request: Request, given?: Partial<DispatchContext<Context>>): Promise<Exchanged>
}

export interface Exchanged {
  readonly response: Response
  /** What was given to `context.report`. */
  readonly reports: readonly unknown[]
  /** What lint found, on either side, up to now: it grows while a body is read. */
  readonly findings: readonly string[]
}

/** The middleware suite: what it holds for transparent must stay as it is when it does not concern the middleware. */
export const middlewareCases: readonly MiddlewareCase[] = [
  ...passThroughCases,
  ...bodyCases,
  ...streamCases,
  ...errorCases,
]
