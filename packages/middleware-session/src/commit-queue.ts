import { BusyLines } from './busy-lines.ts'
import { equalBytes } from './equal-bytes.ts'
import { applied } from './operation.ts'
import { newCommitId } from './token.ts'
import { pause, SessionStoreError } from './store-client.ts'
import type { DataFormat } from './data-format.ts'
import type { Operation } from './operation.ts'
import type { Next, NextRotation, StoredRecord, StoreOutcome } from './store.ts'
import type { StoreClient } from './store-client.ts'

/** The session was destroyed, has expired or was rotated by another request, so nothing that this one wrote was kept. */
export class SessionGoneError extends Error {
  override readonly name = 'SessionGoneError'
}

/** A record and what its bytes say. */
export interface Loaded<T> {
  readonly record: StoredRecord
  readonly data: T
}

export interface Commit<T> {
  readonly selector: string
  readonly base: Loaded<T>
  readonly operations: readonly Operation[]
  readonly rotation: Rotation | undefined
}

export type Rotation = Pick<NextRotation, 'verifierHash' | 'subject' | 'absoluteAt'>

export interface CommitQueueOptions<T extends object> {
  readonly store: StoreClient
  readonly format: DataFormat<T>
  readonly now: () => number
  readonly idleTimeout: number
  /** How long a commit may go on losing against others, in milliseconds. Never a number of tries: that loses updates. */
  readonly commitTimeout: number
}

/**
 * Writes changes to stored sessions by compare-and-swap. In one process the commits of one session never compete: they
 * stand in a line, and all that wait are written together. Between processes the loser repeats its changes on the winner's
 * data, after a random pause.
 */
export class CommitQueue<T extends object> {
  readonly #options: CommitQueueOptions<T>
  readonly #lines = new BusyLines<Waiting<T>[]>()

  constructor(options: CommitQueueOptions<T>) {
    this.#options = options
  }

  /**
   * The session as it is after the commit.
   * @throws {SessionGoneError}, {SessionConflictError}, {SessionDataError}, {SessionStoreError}, and what an update throws.
   */
  commit({ selector, base, operations, rotation }: Commit<T>): Promise<Loaded<T>> {
    const until = performance.now() + this.#options.commitTimeout
    return new Promise((resolve, reject) => {
      const waiting = { selector, base, operations, rotation, until, resolve, reject }
      const line = this.#lines.get(selector)
      if (line === undefined) void this.#work(selector, [waiting])
      else line.push(waiting)
    })
  }

  async #work(selector: string, line: Waiting<T>[]): Promise<void> {
    this.#lines.add(selector, line)
    let latest: Loaded<T> | undefined
    while (line.length > 0) {
      const batch = line.splice(0, batchSize(line))
      try {
        latest = await this.#commit(selector, batch, newest(batch, latest))
      } catch (error) {
        for (const waiting of batch) waiting.reject(error) // of those that are settled already nothing changes
      }
    }
    this.#lines.delete(selector)
  }

  /** Settles a batch, and gives what is in the store afterwards. */
  async #commit(selector: string, batch: Waiting<T>[], start: Loaded<T>): Promise<Loaded<T>> {
    const { format } = this.#options
    const commitId = newCommitId()
    let base = start
    for (let attempt = 0; ; attempt++) {
      // Every waiting change is made on the data, one after the other. Whoever fails is told, does not disturb the others, and is
      // not asked again.
      let { data } = base
      let bytes = base.record.data
      for (const waiting of batch.splice(0)) {
        try {
          const changing = this.#changed(data, base.record, waiting)
          const changed = changing instanceof Promise ? await changing : changing
          bytes = format.toBytes(changed)
          data = changed
          batch.push(waiting)
        } catch (error) {
          waiting.reject(error)
        }
      }
      if (batch.length === 0) return base
      const { rotation } = batch[0]!
      if (rotation === undefined && equalBytes(bytes, base.record.data))
        return settle(batch, { record: base.record, data })

      const next = { data: bytes, idleAt: this.#options.now() + this.#options.idleTimeout, commitId }
      const { answer, ambiguous } = await this.#write(selector, base.record, next, rotation)
      if (answer.status === 'gone') throw ambiguous ? unknown() : gone() // it may have been written, and renewed since
      if (answer.status === 'ok') return settle(batch, { record: written(base.record, next, rotation), data })
      // The lost first answer may have been a success, and others may have written since. One step on, by somebody else,
      // says that it was not; more steps on, nobody can tell, and to repeat could apply the changes twice.
      if (ambiguous && answer.current.version > base.record.version + 1) throw unknown()
      base = { record: answer.current, data: await format.fromBytes(answer.current.data) }
      await pause(Math.min(100, 2 ** Math.min(attempt, 7)))
    }
  }

  #changed(data: T, { generation }: StoredRecord, { base, until, operations }: Waiting<T>): T | Promise<T> {
    if (base.record.generation !== generation) throw gone()
    if (performance.now() > until) throw new SessionStoreError('the session is written to by too many at once')
    return this.#options.format.check(applied(data, operations))
  }

  #write(selector: string, { version, generation }: StoredRecord, next: Next, rotation: Rotation | undefined) {
    const { store } = this.#options
    const at = { version, generation }
    return rotation === undefined
      ? store.write<StoreOutcome>('write a session', (store, call) => store.replace(selector, at, next, call))
      : store.write<StoreOutcome>('rotate a session', (store, call) =>
          store.rotate(selector, at, { ...next, ...rotation }, call),
        )
  }
}

interface Waiting<T> extends Commit<T> {
  readonly resolve: (loaded: Loaded<T>) => void
  readonly reject: (error: unknown) => void
  readonly until: number
}

/** A rotation is written alone: what waits behind it belongs to the old generation. */
function batchSize(line: readonly { readonly rotation: Rotation | undefined }[]): number {
  const rotation = line.findIndex(({ rotation }) => rotation !== undefined)
  return rotation === -1 ? line.length : Math.max(rotation, 1)
}

function newest<T>(batch: readonly Waiting<T>[], latest: Loaded<T> | undefined): Loaded<T> {
  let found = latest
  for (const { base } of batch) if (found === undefined || base.record.version > found.record.version) found = base
  return found!
}

/** A record as it is in the store after a write. */
function written(before: StoredRecord, next: Next, rotation: Rotation | undefined): StoredRecord {
  const { data, commitId } = next
  const idleAt = Math.min(next.idleAt, rotation?.absoluteAt ?? before.absoluteAt)
  const record = { ...before, data, commitId, idleAt, version: before.version + 1 }
  return rotation === undefined ? record : { ...record, ...rotation, generation: before.generation + 1 }
}

/** Everybody gets what is in the store now, with the others' changes in it: the next commit starts from there. */
function settle<T>(done: readonly Waiting<T>[], loaded: Loaded<T>): Loaded<T> {
  for (const waiting of done) waiting.resolve(loaded)
  return loaded
}

function unknown(): SessionStoreError {
  return new SessionStoreError('the session store did not answer, and it is not known whether the changes were written')
}

function gone(): SessionGoneError {
  return new SessionGoneError(
    'the session was ended or renewed by another request: what this one wrote to it was dropped',
  )
}
