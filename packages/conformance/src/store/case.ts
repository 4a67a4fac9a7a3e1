import type { Capability, FaultyStore } from './host.ts'
import type { SessionStore, StoreCall } from './session-store.ts'
import type { Worker } from './worker.ts'

/** One thing that every store does, or every store that can do what it needs. */
export interface StoreCase {
  /** Permanent. */
  readonly id: string
  /** What a host must offer to be asked it. Every store is asked those without. */
  readonly needs?: Capability | 'worker' | 'faults'
  /** The behaviour. */
  readonly title: string
  /** Rejects with an Error that says what was expected and what was seen. */
  run(bench: StoreBench): Promise<void>
}

/** What a case works with. Whatever it opens is closed after it. */
export interface StoreBench {
  readonly store: SessionStore
  /** Clients of the same backend, the first of them `store`. */
  clients(count: number): Promise<SessionStore[]>
  /** Processes that each have a client of the same backend. */
  workers(count: number): Promise<Worker[]>
  /** A client that can be disturbed, of the same backend as `store`. */
  faulty(): Promise<FaultyStore>
  /** What a store is called with. Default for `now`: `START`. */
  call(now?: number): StoreCall
}
