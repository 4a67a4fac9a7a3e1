import { deleting, keeping, setting, taking, updating } from './operation.ts'
import { copy } from './copy.ts'
import { deriveSecret, newVerifier } from './token.ts'
import { SessionGoneError } from './commit-queue.ts'
import { WorkingData } from './working-data.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import type { Keeper, Opened, Renewal } from './keeper.ts'
import type { KeepOptions, OptionalKeys, Session } from './session-handle.ts'
import type { Operation } from './operation.ts'
import type { Token } from './token.ts'

/** The response has gone: what would need a new cookie comes too late. */
export class SessionClosedError extends Error {
  override readonly name = 'SessionClosedError'
}

export interface LiveSessionOptions<T extends object> {
  /** Gives the data of a new session. */
  readonly initial: () => T
  readonly opened: Opened<T> | undefined
  /** Why nothing can be written: the store is out, the record is newer than the application. */
  readonly readOnly: Error | undefined
  readonly keeper: Keeper<T>
  readonly now: number
  readonly idleTimeout: number
  /** Called at the first write after the response was returned. */
  readonly onLateWrite: () => void
}

/** One request's session: what was found, and what is to become of it. */
export class LiveSession<T extends object> implements Session<T> {
  readonly #options: LiveSessionOptions<T>
  readonly #data: WorkingData<T>
  #opened: Opened<T> | undefined
  #refusal: Error | undefined
  /** The data that a session of this request begins with, if it is or becomes a new one. */
  #fresh: T | undefined
  #renewal: Renewal | undefined
  /** The verifier that a new session will have, once something asked for it. */
  #verifier: string | undefined
  #ended: Token[] = []
  #committing: Promise<void> | undefined
  #destroys = 0
  #isClosed = false

  constructor(options: LiveSessionOptions<T>) {
    this.#options = options
    this.#opened = options.opened
    this.#refusal = options.readOnly
    this.#data = new WorkingData(options.opened?.data ?? this.#initial())
  }

  get handle(): string | undefined {
    return this.#options.keeper.inCookie ? undefined : this.#opened?.token.selector
  }
  get isNew(): boolean {
    return this.#destroys > 0 || this.#options.opened === undefined
  }
  get subject(): string | undefined {
    return this.#renewal?.subject ?? this.#opened?.record.subject ?? undefined
  }
  get createdAt(): number {
    return this.#opened?.record.createdAt ?? this.#options.now
  }
  get expiresAt(): number {
    const record = this.#opened?.record
    return record === undefined
      ? this.#options.now + this.#options.idleTimeout
      : Math.min(record.idleAt, record.absoluteAt)
  }
  get data(): DeepReadonly<T> {
    return this.#data.view
  }

  update(fn: (draft: T) => void): void {
    this.#write(updating(fn))
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    this.#write(setting(key, value, this.#data.expected(key)))
  }

  delete(key: OptionalKeys<T>): void {
    this.#write(deleting(key, this.#data.expected(key)))
  }

  flash<K extends keyof T>(key: K, value: T[K]): void {
    this.#demandStore('flash')
    this.#write(setting(key, value, undefined))
  }

  async take<K extends keyof T>(key: K): Promise<T[K] | undefined> {
    this.#demandStore('take')
    if (!Object.hasOwn(this.#data.current, key) || this.#refusal !== undefined) return undefined
    let taken: unknown
    this.#write(taking(key, (value) => (taken = copy({ value }).value)))
    if (this.#opened === undefined) return taken as T[K] | undefined
    try {
      await this.commit()
    } catch (error) {
      if (error instanceof SessionGoneError) return undefined
      throw error
    }
    return taken as T[K] | undefined
  }

  rotate({ keep = 'all' }: KeepOptions<T> = {}): void {
    this.#demandStore('rotate')
    this.#assertWritable(true)
    this.#keep(keep)
    if (this.#opened === undefined) return // a new session has no token that anybody could know
    const { subject } = this.#renewal ?? this.#opened.record
    this.#renewal = { verifier: newVerifier(), subject, restart: this.#renewal?.restart ?? false }
  }

  login(subject: string, { keep }: KeepOptions<T> = {}): void {
    if (typeof subject !== 'string' || subject === '' || /\0|\p{Surrogate}/u.test(subject)) {
      throw new TypeError('session.login() takes the id of a user: a string that every store can keep, without U+0000')
    }
    this.#assertWritable(true)
    const before = this.subject
    this.#keep(keep ?? (before === undefined || before === subject ? 'all' : 'none'))
    this.#renewal = { verifier: this.#renewal?.verifier ?? this.#newVerifier(), subject, restart: true }
  }

  destroy(): void {
    if (this.#refusal !== undefined && this.#opened === undefined) throw this.#refusal // the store is out: it would not hold
    if (this.#opened !== undefined) this.#ended.push(this.#opened.token)
    this.#destroys++
    this.#fresh = undefined
    this.#refusal = undefined
    this.#opened = undefined
    this.#renewal = undefined
    this.#verifier = undefined
    this.#data.begin(this.#initial())
    if (this.#isClosed) this.#options.onLateWrite()
  }

  async derive(label: string): Promise<Uint8Array> {
    if (this.#opened === undefined) this.#assertWritable(true)
    const verifier = this.#renewal?.verifier ?? this.#opened?.token.verifier ?? this.#newVerifier()
    return deriveSecret(verifier, label)
  }

  async commit(): Promise<void> {
    this.#demandStore('commit')
    return this.save()
  }

  /** As `commit`, when the response is returned. */
  save(): Promise<void> {
    const commit = this.#committing === undefined ? this.#commit() : this.#committing.then(() => this.#commit())
    this.#committing = commit.catch(() => {})
    return commit
  }

  /** Whether a commit would write anything, and whether that needs a cookie. */
  get pending(): 'nothing' | 'destroy' | 'data' | 'cookie' {
    const changes = this.#data.hasChanges || this.#renewal !== undefined || this.#verifier !== undefined
    if (changes) return this.#needsCookie || this.#renewal !== undefined ? 'cookie' : 'data'
    return this.#ended.length > 0 ? 'destroy' : 'nothing'
  }
  get opened(): Opened<T> | undefined {
    return this.#opened
  }
  get wasDestroyed(): boolean {
    return this.#destroys > 0
  }
  /** Whether somebody was to be logged in. */
  get renews(): boolean {
    return this.#renewal !== undefined
  }

  /** From now on no cookie can be set. */
  close(): void {
    this.#isClosed = true
  }

  /** Forgets every change but `destroy`. */
  discard(): void {
    this.#renewal = undefined
    this.#verifier = undefined
    this.#data.reset(this.#opened?.data ?? this.#initial())
  }

  async #commit(): Promise<void> {
    const { keeper } = this.#options
    while (this.#ended.length > 0) {
      await keeper.destroy(this.#ended[0]!)
      this.#ended.shift()
    }
    if (this.pending === 'nothing') return
    const renewal = this.#renewal
    const opened = this.#opened
    const destroys = this.#destroys
    const operations = this.#data.take()
    this.#renewal = undefined
    let saved: Opened<T> | undefined
    try {
      saved =
        opened === undefined
          ? await keeper.create(this.#initial(), operations, renewal, this.#verifier)
          : await keeper.change(opened, operations, renewal)
    } catch (error) {
      if (destroys === this.#destroys) {
        if (error instanceof SessionGoneError) this.#refusal = error // what is written later does not begin another
        this.#goOn(opened)
      }
      throw error
    }
    if (destroys === this.#destroys) this.#goOn(saved)
    else if (opened === undefined && saved !== undefined) this.#ended.push(saved.token) // destroyed meanwhile
  }

  /** Goes on from what is kept now. */
  #goOn(opened: Opened<T> | undefined): void {
    this.#opened = opened
    this.#verifier = undefined
    this.#data.rebase(opened?.data ?? this.#initial())
  }

  #write(operation: Operation): void {
    this.#assertWritable(this.#needsCookie)
    this.#data.write(operation)
    if (this.#isClosed) this.#options.onLateWrite()
  }

  get #needsCookie(): boolean {
    return this.#opened === undefined || this.#options.keeper.inCookie
  }

  #keep(keep: 'all' | 'none' | readonly (keyof T)[]): void {
    if (keep === 'all') return
    this.#write(keeping(keep === 'none' ? [] : keep, this.#options.initial()))
  }

  #assertWritable(needsCookie: boolean): void {
    if (this.#refusal !== undefined) throw this.#refusal
    if (!needsCookie || !this.#isClosed) return
    throw new SessionClosedError(
      'the response was returned already, so the cookie that this needs cannot be set: do it before',
    )
  }

  /** A sealed session has no such member; without types somebody may still call it. */
  #demandStore(member: string): void {
    if (!this.#options.keeper.inCookie) return
    throw new TypeError(`session.${member}() needs a store: what it promises, a sealed cookie cannot`)
  }

  #newVerifier(): string {
    if (this.#opened !== undefined) return newVerifier()
    return (this.#verifier ??= newVerifier())
  }

  #initial(): T {
    return (this.#fresh ??= this.#options.initial())
  }
}
