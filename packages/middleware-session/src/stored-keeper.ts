import { authenticate } from './authenticate.ts'
import { clearCookie, cookieName, findCookie, setCookie } from './cookie.ts'
import { equalBytes } from './equal-bytes.ts'
import { formatToken, hashBytes, newCommitId, newSelector, newVerifier, parseToken } from './token.ts'
import { SessionStoreError } from './store-client.ts'
import { thawed } from './copy.ts'
import type { Commit, CommitQueue } from './commit-queue.ts'
import type { CookieChange, Exchange, Found, Keeper, Opened, Renewal } from './keeper.ts'
import type { CookieFound, CookieSettings } from './cookie.ts'
import type { DataFormat } from './data-format.ts'
import type { Changes } from './operation.ts'
import type { StoreClient } from './store-client.ts'
import type { StoredRecord } from './store.ts'
import type { Token } from './token.ts'

export interface StoredKeeperOptions<T extends object> {
  readonly store: StoreClient
  readonly format: DataFormat<T>
  readonly queue: CommitQueue<T>
  readonly cookie: CookieSettings
  readonly now: () => number
  readonly idleTimeout: number
  readonly absoluteTimeout: number
}

/** Keeps a session in a store, and its token in the cookie. */
export class StoredKeeper<T extends object> implements Keeper<T> {
  readonly inCookie = false
  readonly #options: StoredKeeperOptions<T>
  readonly #exchange: Exchange
  readonly #found: CookieFound<Token>

  constructor(options: StoredKeeperOptions<T>, exchange: Exchange) {
    this.#options = options
    this.#exchange = exchange
    const name = cookieName(options.cookie, exchange.encrypted)
    this.#found = findCookie(exchange.request.headers.get('cookie'), name, parseToken)
  }

  find(): Found | undefined | Promise<Found | undefined> {
    const { store, now } = this.#options
    const { values } = this.#found
    return values.length === 0 ? undefined : authenticate(values, { store, now, exchange: this.#exchange })
  }

  async create(
    result: T,
    initial: T,
    renewal: Renewal | undefined,
    asked: string | undefined,
  ): Promise<Opened<T> | undefined> {
    const { store, format, idleTimeout, absoluteTimeout } = this.#options
    const data = await format.check(thawed(result))
    const bytes = format.toBytes(data)
    if (renewal === undefined && asked === undefined && equalBytes(bytes, format.toBytes(initial))) return undefined
    const verifier = renewal?.verifier ?? asked ?? newVerifier()
    const now = this.#options.now()
    const record: StoredRecord = {
      version: 1,
      generation: 1,
      verifierHash: await hashBytes(verifier),
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

  change(
    { token, record, data }: Opened<T>,
    changes: Changes<T>,
    renewal: Renewal | undefined,
  ): Opened<T> | Promise<Opened<T>> {
    const commit = { selector: token.selector, base: { record, data }, changes, rotation: undefined }
    if (renewal !== undefined) return this.#renew(commit, renewal)
    const saved = this.#options.queue.commit(commit)
    if (saved instanceof Promise) return saved.then(({ record, data }) => ({ token, record, data }))
    return { token, record: saved.record, data: saved.data }
  }

  async #renew(commit: Commit<T>, { verifier, subject, restart }: Renewal): Promise<Opened<T>> {
    const { queue, now, absoluteTimeout } = this.#options
    const verifierHash = await hashBytes(verifier)
    const absoluteAt = restart ? now() + absoluteTimeout : commit.base.record.absoluteAt
    const saved = await queue.commit({ ...commit, rotation: { verifierHash, subject, absoluteAt } })
    return { token: { selector: commit.selector, verifier }, record: saved.record, data: saved.data }
  }

  async destroy({ selector }: Token): Promise<void> {
    await this.#options.store.write('destroy a session', (store, call) => store.destroy(selector, call))
  }

  touch(opened: Opened<T>): Opened<T> | Promise<Opened<T>> {
    const { store, now, idleTimeout } = this.#options
    const { token, record } = opened
    const time = now()
    const idleAt = Math.min(time + idleTimeout, record.absoluteAt)
    if (record.idleAt - time >= idleTimeout / 2 || idleAt <= record.idleAt) return opened
    const touching = store.call('touch a session', (store, call) =>
      store.touch(token.selector, record.generation, idleAt, call),
    )
    return touching instanceof Promise ? touching.then(() => opened) : opened
  }

  cookies({ before, after, wasDestroyed }: CookieChange<T>): readonly string[] {
    const { cookie, now } = this.#options
    const { encrypted } = this.#exchange
    if (after === undefined) return wasDestroyed && this.#found.present ? [clearCookie(cookie, encrypted)] : []
    if (after.token.verifier === before?.token.verifier) return []
    const maxAge = cookie.persistent ? Math.ceil((after.record.absoluteAt - now()) / 1000) : undefined
    return [setCookie(cookie, encrypted, formatToken(after.token), maxAge)]
  }
}
