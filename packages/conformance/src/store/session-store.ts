/**
 * What the suite asks a store to be: the contract of `@fsgi/middleware-session`, where each method is described (`SessionStore`).
 * Said once more here, as types alone, so that a store can be tested without that package.
 */
export interface SessionStore {
  create(id: string, record: NewRecord, call: StoreCall): Promise<boolean>
  read(id: string, call: StoreCall): Promise<StoredRecord | null>
  replace(id: string, at: At, next: Next, call: StoreCall): Promise<StoreOutcome>
  rotate(id: string, at: At, next: NextRotation, call: StoreCall): Promise<StoreOutcome>
  touch(id: string, generation: number, idleAt: number, call: StoreCall): Promise<boolean>
  destroy(id: string, call: StoreCall): Promise<boolean>
  readonly bySubject?: SubjectIndex
  sweep?(max: number, call: StoreCall): Promise<number>
}

export interface SubjectIndex {
  list(subject: string, call: StoreCall): Promise<readonly string[]>
  destroyAll(subject: string, except: string | null, call: StoreCall): Promise<number>
}

export interface StoreCall {
  readonly now: number
  readonly signal: AbortSignal
}

export interface At {
  readonly version: number
  readonly generation: number
}

export interface Next {
  readonly data: Uint8Array
  readonly idleAt: number
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
