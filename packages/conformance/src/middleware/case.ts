import type { App, Context } from '@fsgi/core'
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

/** What a case works with. Whatever lint finds on either side of the middleware fails the case, if it is the middleware's fault. */
export interface Subject {
  /**
   * The middleware between two validators, around an app. One middleware wraps all the apps of a case. `look` stands directly
   * above it, and sees what it is called with and what it returns.
   */
  wrap(app: App, look?: (app: App) => App): App
  /** Sends a request to an app, as a server does. */
  exchange(app: App, request: Request, given?: Given): Promise<Exchanged>
  /** Sends a request through the middleware to an app of its own. */
  send(app: App, request: Request, given?: Given): Promise<Exchanged>
  /** Waits, and says what for if the case does not end in time. */
  waitFor<T>(what: string, promise: Promise<T>): Promise<T>
}

/** What the server states of the exchange, and the values that layers above the middleware have added. */
export type Given = Partial<DispatchContext<Context>> & Readonly<Record<string, unknown>>

export interface Exchanged {
  readonly response: Response
  /** What was given to `context.report`. */
  readonly reports: readonly unknown[]
  /** Settles when the exchange has ended, and what was deferred has run. */
  readonly ended: Promise<void>
}
