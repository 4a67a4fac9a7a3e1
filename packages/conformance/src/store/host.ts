import type { ChildProcess } from 'node:child_process'
import type { SessionStore } from './session-store.ts'

/** What a store can do beyond the six methods that every store has. */
export type Capability = 'bySubject' | 'sweep'

/** A kind of store, and how the suite gets at one. */
export interface StoreHost {
  readonly name: string
  /** What else it can do: the cases of other capabilities are not asked. Default: nothing else. */
  readonly can?: readonly Capability[]
  /** Opens a client of the backend. Called several times: all of them share the backend, which is the suite's alone. */
  open(): OpenStore | Promise<OpenStore>
  /** Starts a process that calls `serveStore`: the cases with several processes are asked where this is given. */
  readonly worker?: () => ChildProcess
  /** Opens a client whose way to the backend can be disturbed, as `throughRelay` does: with it the cases of faults are asked. */
  readonly faults?: () => Promise<FaultyStore>
  /** Cases that it fails, by id, with the reason. One that passes all the same is a failure. */
  readonly declared?: Readonly<Record<string, string>>
  /** How long a case may take, in milliseconds. Default 30,000: what takes so long stalls. */
  readonly limit?: number
}

export interface OpenStore {
  readonly store: SessionStore
  close?(): void | Promise<void>
}

/** A store whose way to the backend can be disturbed. */
export interface FaultyStore extends OpenStore {
  /** From now on answers are lost: what is asked is done, and nobody hears of it. */
  loseAnswers(): void
  /** From now on nothing goes either way. */
  hang(): void
  /** From now on the backend cannot be reached: connections end, and new ones too. */
  refuse(): void
  /** Ends every connection, once. */
  cut(): void
  /** From now on everything works again. */
  heal(): void
}
