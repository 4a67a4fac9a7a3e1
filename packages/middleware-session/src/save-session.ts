import { applied } from './operation.ts'
import { equalBytes } from './equal-bytes.ts'
import { hashVerifier, newCommitId, newSelector, newVerifier } from './token.ts'
import { SessionStoreError } from './store-client.ts'
import type { CommitQueue, Loaded } from './commit-queue.ts'
import type { DataFormat } from './data-format.ts'
import type { Operation } from './operation.ts'
import type { StoreClient } from './store-client.ts'
import type { StoredRecord } from './store.ts'
import type { Token } from './token.ts'

/** A stored session that a request has the token of. */
export interface Opened<T> extends Loaded<T> {
  readonly token: Token
}

/** A new token for a session. */
export interface Renewal {
  readonly verifier: string
  readonly subject: string | null
  /** Whether the absolute limit starts again. */
  readonly restart: boolean
}

export interface SaveSessionOptions<T extends object> {
  readonly store: StoreClient
  readonly format: DataFormat<T>
  readonly queue: CommitQueue<T>
  readonly now: () => number
  readonly idleTimeout: number
  readonly absoluteTimeout: number
}

/** How a request's session gets into the store. */
export class SaveSession<T extends object> {
  readonly #options: SaveSessionOptions<T>

  constructor(options: SaveSessionOptions<T>) {
    this.#options = options
  }

  /** Stores a new session; `undefined` if there is nothing in it that a new one would not have anyway. */
  async create(
    initial: T,
    operations: readonly Operation[],
    renewal: Renewal | undefined,
    asked: string | undefined,
  ): Promise<Opened<T> | undefined> {
    const { store, format, idleTimeout, absoluteTimeout } = this.#options
    const data = await format.check(applied(initial, operations))
    const bytes = format.toBytes(data)
    if (renewal === undefined && asked === undefined && equalBytes(bytes, format.toBytes(initial))) return undefined
    const verifier = renewal?.verifier ?? asked ?? newVerifier()
    const now = this.#options.now()
    const record: StoredRecord = {
      version: 1,
      generation: 1,
      verifierHash: await hashVerifier(verifier),
      subject: renewal?.subject ?? null,
      data: bytes,
      commitId: newCommitId(),
      createdAt: now,
      idleAt: now + Math.min(idleTimeout, absoluteTimeout),
      absoluteAt: now + absoluteTimeout,
    }
    const selector = newSelector()
    const { answer } = await store.write('create a session', (store, call) => store.create(selector, record, call))
    if (!answer)
      throw new SessionStoreError('the session store says that a new 128-bit random id is taken: it is at fault')
    return { token: { selector, verifier }, record, data }
  }

  /** Changes a stored session, and its token if that is wanted. */
  async change(
    { token, record, data }: Opened<T>,
    operations: readonly Operation[],
    renewal: Renewal | undefined,
  ): Promise<Opened<T>> {
    const { queue, now, absoluteTimeout } = this.#options
    const rotation = renewal && {
      verifierHash: await hashVerifier(renewal.verifier),
      subject: renewal.subject,
      absoluteAt: renewal.restart ? now() + absoluteTimeout : record.absoluteAt,
    }
    const { selector } = token
    const saved = await queue.commit({ selector, base: { record, data }, operations, rotation })
    return { ...saved, token: renewal === undefined ? token : { selector, verifier: renewal.verifier } }
  }

  async destroy(selector: string): Promise<void> {
    await this.#options.store.write('destroy a session', (store, call) => store.destroy(selector, call))
  }

  /** Moves the idle limit when less than half of it is left, so that most requests that only read write nothing. */
  async touch({ token, record }: Opened<T>): Promise<void> {
    const { store, now, idleTimeout } = this.#options
    const idleAt = Math.min(now() + idleTimeout, record.absoluteAt)
    if (record.idleAt - now() >= idleTimeout / 2 || idleAt <= record.idleAt) return
    await store.call('touch a session', (store, call) => store.touch(token.selector, record.generation, idleAt, call))
  }
}
