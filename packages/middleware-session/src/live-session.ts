import { copy } from './copy.ts'
import { deleting, keeping, setting, taking, updating } from './operation.ts'
import { deriveSecret } from './token.ts'
import { SessionGoneError } from './commit-queue.ts'
import { SessionState } from './session-state.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import type { KeepOptions, OptionalKeys, Session } from './session-handle.ts'
import type { Operation } from './operation.ts'
import type { SessionStateOptions } from './session-state.ts'

/** The response has gone: what would need a new cookie comes too late. */
export class SessionClosedError extends Error {
  override readonly name = 'SessionClosedError'
}

export interface LiveSessionOptions<T extends object> extends SessionStateOptions<T> {
  readonly setup: { readonly now: () => number; readonly idleTimeout: number }
  /** Hears of every write after the response was returned. */
  readonly visitor: { onLateWrite(): void }
}

/** One request's session, as the handler sees it: says what may be done now, and has it done. */
export class LiveSession<T extends object> implements Session<T> {
  /** For the middleware. */
  readonly state: SessionState<T>
  readonly #options: LiveSessionOptions<T>
  #isClosed = false
  /** When a session that is not stored yet was first asked for its times. */
  #begun: number | undefined

  constructor(options: LiveSessionOptions<T>) {
    this.#options = options
    this.state = new SessionState(options)
  }

  get handle(): string | undefined {
    return this.#options.keeper.inCookie ? undefined : this.state.opened?.token.selector
  }
  get isNew(): boolean {
    return this.state.wasDestroyed || this.#options.opened === undefined
  }
  get subject(): string | undefined {
    return this.state.renewal?.subject ?? this.state.opened?.record.subject ?? undefined
  }
  get createdAt(): number {
    return this.state.opened?.record.createdAt ?? (this.#begun ??= this.#options.setup.now())
  }
  get expiresAt(): number {
    const record = this.state.opened?.record
    return record === undefined
      ? this.createdAt + this.#options.setup.idleTimeout
      : Math.min(record.idleAt, record.absoluteAt)
  }
  get data(): DeepReadonly<T> {
    return this.state.data.view
  }

  update(fn: (draft: T) => void): void {
    this.#write(updating(fn))
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    this.#write(setting(key, value, this.state.data.expected(key)))
  }

  delete(key: OptionalKeys<T>): void {
    this.#write(deleting(key, this.state.data.expected(key)))
  }

  flash<K extends keyof T>(key: K, value: T[K]): void {
    this.#demandStore('flash')
    this.#write(setting(key, value, undefined))
  }

  async take<K extends keyof T>(key: K): Promise<T[K] | undefined> {
    this.#demandStore('take')
    const { state } = this
    if (!Object.hasOwn(state.data.current, key) || state.refusal !== undefined) return undefined
    let taken: unknown
    this.#write(taking(key, (value) => (taken = copy({ value }).value)))
    if (state.opened === undefined) return taken as T[K] | undefined
    try {
      await state.save()
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
    const { opened, renewal } = this.state
    if (opened === undefined) return // a new session has no token that anybody could know
    this.state.renew((renewal ?? opened.record).subject, false)
  }

  login(subject: string, { keep }: KeepOptions<T> = {}): void {
    if (typeof subject !== 'string' || subject === '' || /\0|\p{Surrogate}/u.test(subject)) {
      throw new TypeError('session.login() takes the id of a user: a string that every store can keep, without U+0000')
    }
    this.#assertWritable(true)
    const before = this.subject
    this.#keep(keep ?? (before === undefined || before === subject ? 'all' : 'none'))
    this.state.renew(subject, true)
  }

  destroy(): void {
    const { state } = this
    if (state.refusal !== undefined && state.opened === undefined) throw state.refusal // the store is out: it would not hold
    state.destroy()
    if (this.#isClosed) this.#options.visitor.onLateWrite()
  }

  async derive(label: string): Promise<Uint8Array> {
    if (this.state.opened === undefined) this.#assertWritable(true)
    return deriveSecret(this.state.verifier, label)
  }

  async commit(): Promise<void> {
    this.#demandStore('commit')
    return this.state.save()
  }

  /** From now on no cookie can be set. */
  close(): void {
    this.#isClosed = true
  }

  #write(operation: Operation): void {
    this.#assertWritable(this.state.needsCookie)
    this.state.data.write(operation)
    if (this.#isClosed) this.#options.visitor.onLateWrite()
  }

  #keep(keep: 'all' | 'none' | readonly (keyof T)[]): void {
    if (keep === 'all') return
    this.#write(keeping(keep === 'none' ? [] : keep, this.#options.initial()))
  }

  #assertWritable(needsCookie: boolean): void {
    const { refusal } = this.state
    if (refusal !== undefined) throw refusal
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
}
