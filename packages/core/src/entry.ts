import type { App } from './app.ts'

/** What a module exports for a server to run (SPEC, "Entries"): an app, an object with `fetch`, or one with `start`. */
export type Entry = App | FetchEntry | StartEntry

export interface FetchEntry {
  readonly fetch: App
}

export interface StartEntry {
  /** Called once per process before the first request; a throw means that the server does not listen (SPEC S35). */
  start(host: Host): App | Promise<App>
  /** Whether it holds something that only one process can hold: a reload then closes the old one before starting the new. */
  readonly exclusive?: boolean
}

/** What the server tells an application once, at start. */
export interface Host {
  /** Aborts when the shutdown begins. */
  readonly signal: AbortSignal
  /** Runs `close` after the last exchange has ended; last registered first. */
  readonly defer: (close: () => void | Promise<void>) => void
  /** Tells the operator about an error. */
  readonly report: (error: unknown) => void
  /** Configuration and platform bindings: the same object as `context.env`, where the platform has it at start. */
  readonly env: Readonly<Record<string, unknown>>
  /** Whether the process ends after one exchange, as under CGI. */
  readonly oneShot: boolean
  /** Whether other processes may be running the same application at the same time. */
  readonly multiprocess: boolean
}
