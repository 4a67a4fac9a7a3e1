/**
 * Where sessions are kept. A store is a map of records with **compare-and-swap**: what cannot replace a record on the
 * condition that nobody else has replaced it meanwhile cannot promise that no update is lost, and does not type-check.
 *
 * Every method is one atomic step. A record is live while `call.now` is before both `idleAt` and `absoluteAt`; to every
 * method a record that is not live is as good as absent. A store keeps bytes and never looks inside `data`. It rejects when
 * it cannot answer; it never answers "absent" because it failed.
 */
export interface SessionStore {
  /**
   * Inserts a record with version 1 and generation 1, unless the id is taken: `false`. `true` also if what is there was
   * inserted by the same `commitId`, so that a call whose answer was lost can be repeated.
   */
  create(id: string, record: NewRecord, call: StoreCall): Promise<boolean>
  /** The live record, or `null`. Never writes. */
  read(id: string, call: StoreCall): Promise<StoredRecord | null>
  /**
   * Writes data to a live record, if it still is at `at`; adds 1 to its version. Never creates. In this order: no live
   * record: `gone`. Its `commitId` is this one: `ok`, nothing to do (a repeated call). Another generation: `gone`. Another
   * version: `conflict`, with the record as it is. `idleAt` is kept at or below the record's `absoluteAt`.
   */
  replace(id: string, at: At, next: Next, call: StoreCall): Promise<StoreOutcome>
  /** As `replace`, and writes a new verifier, subject and absolute limit as well; adds 1 to version and generation. */
  rotate(id: string, at: At, next: NextRotation, call: StoreCall): Promise<StoreOutcome>
  /**
   * Moves `idleAt` later, never earlier, never past `absoluteAt`; changes nothing else. `false` if there is no live record
   * of this generation. Never creates.
   */
  touch(id: string, generation: number, idleAt: number, call: StoreCall): Promise<boolean>
  /** Removes the record, whatever its version and generation. Whether there was a live one. */
  destroy(id: string, call: StoreCall): Promise<boolean>
  /** Finding sessions by their subject. A store without it can do everything but `list` and `destroyAll`. */
  readonly bySubject?: SubjectIndex
  /** Removes at most `max` records that are not live, and says how many. Absent where the store expires by itself. */
  sweep?(max: number, call: StoreCall): Promise<number>
}

export interface SubjectIndex {
  /** The ids of the subject's records. May name some that are gone or another's by now; misses none that is live. */
  list(subject: string, call: StoreCall): Promise<readonly string[]>
  /** Removes every record whose subject this is, but `except`, each as one atomic step. How many live ones there were. */
  destroyAll(subject: string, except: string | null, call: StoreCall): Promise<number>
}

/** What every call is given. */
export interface StoreCall {
  /** The time, in milliseconds since 1970: the only clock a store looks at. */
  readonly now: number
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** The state that a write was computed from. */
export interface At {
  readonly version: number
  readonly generation: number
}

export interface Next {
  readonly data: Uint8Array
  readonly idleAt: number
  /** Random, one per commit: makes a repeated call harmless. */
  readonly commitId: string
}

export interface NextRotation extends Next {
  readonly verifierHash: Uint8Array
  readonly subject: string | null
  readonly absoluteAt: number
}

export interface NewRecord extends NextRotation {
  readonly createdAt: number
}

export interface StoredRecord extends NewRecord, At {}

export type StoreOutcome =
  | { readonly status: 'ok' }
  | { readonly status: 'conflict'; readonly current: StoredRecord }
  | { readonly status: 'gone' }
