import type { Dispatch } from './client/dispatch-client.ts'
import type { Entry } from '@fsgi/core'
import type { Mode } from './dispatcher/modes.ts'
import type { ServeOptions } from './serve-options.ts'
import type { Served } from './client/client.ts'
import type { Tier } from './case.ts'

/** Something that serves the dispatcher app. */
export interface Host {
  readonly name: string
  /** What it can do: the cases of other tiers are not asked of it. */
  readonly tiers: ReadonlySet<Tier>
  /** The modes that each case is run under. Default: `bare` alone. */
  readonly modes?: readonly Mode[]
  /** Cases that it fails, by id, with the reason. One that passes all the same is a failure. */
  readonly declared?: Readonly<Record<string, string>>
  /** How long a case may take, in milliseconds, for a server that holds requests back on purpose. Default 10,000; 2000 for a declared failure. */
  readonly limit?: number
  /** How many cases `checkServer` runs at the same time. Default 1, and those of `cap:report` always alone: a report names no request. */
  readonly together?: number
  start(): Promise<RunningHost>
  /** Starts a server of its own with another entry, for the cases of `cap:start`, `cap:limits`, `cap:proxy` and `cap:tls`. */
  serve?(entry: Entry, options: ServeOptions): Promise<Served>
}

export interface RunningHost {
  /** Scheme and authority: `'http://127.0.0.1:3000'`. */
  readonly origin: string
  /** Where there is no socket: takes the requests instead. */
  readonly dispatch?: Dispatch
  /** What `checkServer` is to do before each group of cases that run together, for a server that must not be disturbed by it. */
  disturb?(): Promise<void>
  close(): Promise<void>
}
