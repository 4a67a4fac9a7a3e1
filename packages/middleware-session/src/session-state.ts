import { newVerifier } from './token.ts'
import { SessionGoneError } from './commit-queue.ts'
import { WorkingData } from './working-data.ts'
import type { Keeper, Opened, Renewal } from './keeper.ts'
import type { Token } from './token.ts'

export interface SessionStateOptions<T extends object> {
  /** Gives the data of a new session. */
  readonly initial: () => T
  readonly opened: Opened<T> | undefined
  /** Why nothing can be written: the store is out, the record is newer than the application. */
  readonly readOnly: Error | undefined
  readonly keeper: Keeper<T>
}

/** What was found of one request's session, what is to become of it, and how that is done. */
export class SessionState<T extends object> {
  readonly data: WorkingData<T>
  readonly #keeper: Keeper<T>
  readonly #makeInitial: () => T
  /** The data that a session of this request begins with, if it is or becomes a new one. */
  #initial: T | undefined
  #opened: Opened<T> | undefined
  #refusal: Error | undefined
  #renewal: Renewal | undefined
  /** The verifier that a new session will have, once something asked for it. */
  #verifier: string | undefined
  #ended: Token[] = []
  #destroys = 0
  #committing: Promise<void> | undefined

  constructor({ initial, opened, readOnly, keeper }: SessionStateOptions<T>) {
    this.#makeInitial = initial
    this.#opened = opened
    this.#refusal = readOnly
    this.#keeper = keeper
    this.data = new WorkingData(this.#kept)
  }

  get opened(): Opened<T> | undefined {
    return this.#opened
  }
  get renewal(): Renewal | undefined {
    return this.#renewal
  }
  /** Why nothing can be written. */
  get refusal(): Error | undefined {
    return this.#refusal
  }
  get wasDestroyed(): boolean {
    return this.#destroys > 0
  }
  get needsCookie(): boolean {
    return this.#opened === undefined || this.#keeper.inCookie
  }
  /** Whether a commit would write anything, and whether that needs a cookie. */
  get pending(): 'nothing' | 'destroy' | 'data' | 'cookie' {
    const changes = this.data.hasChanges || this.#renewal !== undefined || this.#verifier !== undefined
    if (changes) return this.needsCookie || this.#renewal !== undefined ? 'cookie' : 'data'
    return this.#ended.length > 0 ? 'destroy' : 'nothing'
  }

  /** That of the token which the visitor will have. Asking a new session for it makes that worth keeping. */
  get verifier(): string {
    return this.#renewal?.verifier ?? this.#opened?.token.verifier ?? (this.#verifier ??= newVerifier())
  }

  /** Replaces the token. */
  renew(subject: string | null, restart: boolean): void {
    const verifier = this.#renewal?.verifier ?? (this.#opened === undefined ? this.verifier : newVerifier())
    this.#renewal = { verifier, subject, restart: restart || this.#renewal?.restart === true }
  }

  destroy(): void {
    if (this.#opened !== undefined) this.#ended.push(this.#opened.token)
    this.#destroys++
    this.#initial = undefined
    this.#refusal = undefined
    this.#opened = undefined
    this.#renewal = undefined
    this.#verifier = undefined
    this.data.begin(this.#kept)
  }

  /** Forgets every change but `destroy`. */
  discard(): void {
    this.#renewal = undefined
    this.#verifier = undefined
    this.data.reset(this.#kept)
  }

  /** Does what is pending, after what is being done already. `undefined` when it is done at once. */
  save(): Promise<void> | undefined {
    this.#committing = this.#committing === undefined ? this.#tryCommit() : this.#commitAfter(this.#committing)
    return this.#committing
  }

  #tryCommit(): Promise<void> | undefined {
    try {
      return this.#commit()
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #commitAfter(earlier: Promise<void>): Promise<void> {
    const commit = (): Promise<void> | undefined => this.#commit()
    return earlier.then(commit, commit)
  }

  #commit(): Promise<void> | undefined {
    return this.#ended.length === 0 ? this.#write() : this.#end().then(() => this.#write())
  }

  async #end(): Promise<void> {
    while (this.#ended.length > 0) {
      await this.#keeper.destroy(this.#ended[0]!)
      this.#ended.shift()
    }
  }

  #write(): Promise<void> | undefined {
    if (this.pending === 'nothing') return undefined
    const opened = this.#opened
    const destroys = this.#destroys
    let saving: Opened<T> | undefined | Promise<Opened<T> | undefined>
    try {
      saving = this.#keep()
    } catch (error) {
      return this.#onFailed(error, opened, destroys)
    }
    return saving instanceof Promise ? this.#wait(saving, opened, destroys) : this.#onSaved(saving, opened, destroys)
  }

  #wait(saving: Promise<Opened<T> | undefined>, opened: Opened<T> | undefined, destroys: number): Promise<void> {
    return saving.then(
      (saved) => this.#onSaved(saved, opened, destroys),
      (error: unknown) => this.#onFailed(error, opened, destroys),
    )
  }

  #keep(): Opened<T> | undefined | Promise<Opened<T> | undefined> {
    const renewal = this.#renewal
    const changes = this.data.take()
    this.#renewal = undefined
    if (this.#opened !== undefined) return this.#keeper.change(this.#opened, changes, renewal)
    return this.#keeper.create(changes.result, this.#kept, renewal, this.#verifier)
  }

  #onSaved(saved: Opened<T> | undefined, opened: Opened<T> | undefined, destroys: number): undefined {
    if (destroys === this.#destroys) this.#goOn(saved)
    else if (opened === undefined && saved !== undefined) this.#ended.push(saved.token) // destroyed meanwhile
  }

  #onFailed(error: unknown, opened: Opened<T> | undefined, destroys: number): never {
    if (destroys === this.#destroys) {
      if (error instanceof SessionGoneError) this.#refusal = error // what is written later does not begin another
      this.#goOn(opened)
    }
    throw error
  }

  /** Goes on from what is kept now. */
  #goOn(opened: Opened<T> | undefined): void {
    this.#opened = opened
    this.#verifier = undefined
    this.data.rebase(this.#kept)
  }

  get #kept(): T {
    return this.#opened?.data ?? (this.#initial ??= this.#makeInitial())
  }
}
