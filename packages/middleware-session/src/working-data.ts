import { applied } from './operation.ts'
import { frozenCopy, thawed } from './copy.ts'
import { ReadLog } from './read-log.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import type { Changes, Expected, Operation } from './operation.ts'

/** A session's data as one request sees it: what is kept, and on top of it the request's own changes, to be written. */
export class WorkingData<T extends object> {
  #current: T
  #operations: readonly Operation[] = NONE
  #view: DeepReadonly<T> | undefined
  readonly #reads: ReadLog<T>

  constructor(kept: T) {
    this.#current = kept
    this.#reads = new ReadLog(kept)
  }

  get current(): T {
    return this.#current
  }
  get view(): DeepReadonly<T> {
    return (this.#view ??= this.#reads.view())
  }
  get hasChanges(): boolean {
    return this.#operations.length > 0
  }

  /** What a write of the key must find there, if the request has read it. @throws {SessionConflictError} if it is old. */
  expected(key: keyof T): Expected | undefined {
    return this.#reads.expected(key)
  }

  /** Makes a change. @throws what it throws, and nothing has changed then. */
  write(operation: Operation): void {
    const draft = thawed(this.#current)
    operation(draft as Record<PropertyKey, unknown>)
    this.#show(frozenCopy(draft)) // whoever made the change may still hold the draft
    this.#operations = this.#operations.length === 0 ? [operation] : [...this.#operations, operation]
  }

  /** Gives the changes away, to be written. They are shown on. */
  take(): Changes<T> {
    const changes = { operations: this.#operations, result: this.#current }
    this.#operations = NONE
    return changes
  }

  /** Goes on from what is kept after a commit, with the changes that were made meanwhile. */
  rebase(kept: T): void {
    const later = this.take().operations
    this.#reads.showCommitted(kept)
    this.#show(kept)
    if (later.length === 0) return
    this.#show(frozenCopy(applied(kept, later)))
    this.#operations = later
  }

  /** Drops the changes. */
  reset(kept: T): void {
    this.#operations = NONE
    this.#show(kept)
  }

  /** Begins anew, with the data of another session: what was read of this one says nothing about it. */
  begin(kept: T): void {
    this.#reads.forget()
    this.reset(kept)
  }

  #show(data: T): void {
    this.#current = data
    this.#view = undefined
    this.#reads.show(data)
  }
}

const NONE: readonly Operation[] = []
