import { BusyLines } from './busy-lines.ts'
import { equalBytes } from './equal-bytes.ts'
import { applied } from './operation.ts'
import { thawed } from './copy.ts'
import { newCommitId } from './token.ts'
import { pause, SessionStoreError } from './store-client.ts'
import type { DataFormat } from './data-format.ts'
import type { Changes } from './operation.ts'
import type { At, Next, NextRotation, StoredRecord, StoreOutcome } from './store.ts'
import type { StoreClient, Written } from './store-client.ts'

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
  /** Made on the data of `base`. */
  readonly changes: Changes<T>
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
   * The session as it is after the commit; at once if nobody else writes it and the store needs not wait.
   * @throws {SessionGoneError}, {SessionConflictError}, {SessionDataError}, {SessionStoreError}, and what an update throws.
   */
  commit(commit: Commit<T>): Loaded<T> | Promise<Loaded<T>> {
    const line = this.#lines.get(commit.selector)
    if (line !== undefined) return new Promise((resolve, reject) => line.push(this.#waiting(commit, resolve, reject)))
    const first = this.#tryAlone(commit)
    if ('writing' in first && 'answer' in first.writing && first.writing.answer.status === 'ok') return first
    return new Promise((resolve, reject) => {
      void this.#work(commit.selector, [this.#waiting(commit, resolve, reject)], first)
    })
  }

  /** The first attempt of a commit that nobody waits with. */
  #tryAlone({ selector, base, changes, rotation }: Commit<T>): Attempt<T> | Promise<Attempt<T>> {
    const data = this.#options.format.check(thawed(changes.result))
    if (data instanceof Promise) return data.then((data) => this.#write(selector, base.record, data, rotation))
    return this.#write(selector, base.record, data, rotation)
  }

  #write(selector: string, before: StoredRecord, data: T, rotation: Rotation | undefined): Attempt<T> {
    const bytes = this.#options.format.toBytes(data)
    return this.#attempt(selector, before, { data, bytes }, newCommitId(), rotation)
  }

  #waiting(commit: Commit<T>, resolve: Waiting<T>['resolve'], reject: Waiting<T>['reject']): Waiting<T> {
    return { ...commit, until: performance.now() + this.#options.commitTimeout, resolve, reject }
  }

  async #work(selector: string, line: Waiting<T>[], first: Attempt<T> | Promise<Attempt<T>>): Promise<void> {
    this.#lines.add(selector, line)
    let latest: Loaded<T> | undefined
    let begun: typeof first | undefined = first
    while (line.length > 0) {
      const batch = line.splice(0, batchSize(line))
      try {
        latest = await this.#commit(selector, batch, newest(batch, latest), begun)
      } catch (error) {
        for (const waiting of batch) waiting.reject(error) // of those that are settled already nothing changes
      }
      begun = undefined
    }
    this.#lines.delete(selector)
  }

  /** Settles a batch, whose first attempt may have begun, and gives what is in the store afterwards. */
  async #commit(
    selector: string,
    batch: Waiting<T>[],
    start: Loaded<T>,
    begun: Attempt<T> | Promise<Attempt<T>> | undefined,
  ): Promise<Loaded<T>> {
    let base = start
    let attempt = await begun
    const commitId = attempt?.record.commitId ?? newCommitId()
    for (let count = 0; ; count++) {
      if (attempt === undefined) {
        const changed = await this.#change(batch, base)
        if (batch.length === 0) return base
        attempt = this.#attempt(selector, base.record, changed, commitId, batch[0]!.rotation)
      }
      const { answer, ambiguous } = await attempt.writing
      if (answer.status === 'gone') throw ambiguous ? unknown() : gone() // it may have been written, and renewed since
      if (answer.status === 'ok') return settle(batch, attempt)
      // The lost first answer may have been a success, and others may have written since. One step on, by somebody else,
      // says that it was not; more steps on, nobody can tell, and to repeat could apply the changes twice.
      if (ambiguous && answer.current.version > base.record.version + 1) throw unknown()
      base = { record: answer.current, data: await this.#options.format.fromBytes(answer.current.data) }
      attempt = undefined
      await pause(Math.min(100, 2 ** Math.min(count, 7)))
    }
  }

  /**
   * Makes every waiting change on the data, one after the other. Whoever fails is told, does not disturb the others, and is not
   * asked again.
   */
  async #change(batch: Waiting<T>[], base: Loaded<T>): Promise<Changed<T>> {
    let { data } = base
    let bytes = base.record.data
    for (const waiting of batch.splice(0)) {
      try {
        if (waiting.base.record.generation !== base.record.generation) throw gone()
        if (performance.now() > waiting.until)
          throw new SessionStoreError('the session is written to by too many at once')
        const changed = await this.#options.format.check(applied(data, waiting.changes.operations))
        bytes = this.#options.format.toBytes(changed)
        data = changed
        batch.push(waiting)
      } catch (error) {
        waiting.reject(error)
      }
    }
    return { data, bytes }
  }

  /** Writes changed data over the record that they were made from, unless they are the same. */
  #attempt(
    selector: string,
    before: StoredRecord,
    { data, bytes }: Changed<T>,
    commitId: string,
    rotation: Rotation | undefined,
  ): Attempt<T> {
    if (rotation === undefined && equalBytes(bytes, before.data)) return { record: before, data, writing: UNCHANGED }
    const { store, now, idleTimeout } = this.#options
    const next = { data: bytes, idleAt: now() + idleTimeout, commitId }
    const writing =
      rotation === undefined
        ? store.write<StoreOutcome>('write a session', (store, call) => store.replace(selector, at(before), next, call))
        : store.write<StoreOutcome>('rotate a session', (store, call) =>
            store.rotate(selector, at(before), { ...next, ...rotation }, call),
          )
    return { record: written(before, next, rotation), data, writing }
  }
}

interface Waiting<T> extends Commit<T> {
  readonly resolve: (loaded: Loaded<T>) => void
  readonly reject: (error: unknown) => void
  readonly until: number
}

interface Changed<T> {
  readonly data: T
  readonly bytes: Uint8Array
}

/** A write that has begun, and what is in the store if it succeeds. */
interface Attempt<T> extends Loaded<T> {
  readonly writing: Written<StoreOutcome> | Promise<Written<StoreOutcome>>
}

const UNCHANGED: Written<StoreOutcome> = { answer: { status: 'ok' }, ambiguous: false }

/** A rotation is written alone: what waits behind it belongs to the old generation. */
function batchSize(line: readonly { readonly rotation: Rotation | undefined }[]): number {
  const rotation = line.findIndex(({ rotation }) => rotation !== undefined)
  return rotation === -1 ? line.length : Math.max(rotation, 1)
}

function at({ version, generation }: StoredRecord): At {
  return { version, generation }
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
