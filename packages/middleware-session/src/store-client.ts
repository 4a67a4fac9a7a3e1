import { answerOf } from './at-hand.ts'
import type { SessionStore, StoreCall, StoredRecord } from './store.ts'

/**
 * The store cannot be used now: a call failed or took longer than `storeTimeout`, or a commit took longer than
 * `commitTimeout`. Where it reaches the middleware the answer is 503 with Retry-After; cookies stay as they are.
 */
export class SessionStoreError extends Error {
  override readonly name = 'SessionStoreError'
}

/** Calls a store: with the clock, a limit on the time, and one kind of error. */
export class StoreClient<Store extends SessionStore = SessionStore> {
  readonly #store: Store
  readonly #now: () => number
  readonly #timeout: number

  constructor(store: Store, now: () => number, timeout: number) {
    this.#store = store
    this.#now = now
    this.#timeout = timeout
  }

  /** One call; what the store has at hand is returned at once. @throws {SessionStoreError} if it fails or is too slow. */
  call<R>(what: string, work: (store: Store, call: StoreCall) => Promise<R>): R | Promise<R> {
    const call = new Call(this.#now())
    try {
      return this.#answer(what, work(this.#store, call), call)
    } catch (error) {
      return Promise.reject(failureOf(what, error))
    }
  }

  /** The call that most requests make, without a function for it. */
  read(id: string, now = this.#now()): StoredRecord | null | Promise<StoredRecord | null> {
    const call = new Call(now)
    try {
      return this.#answer('read a session', this.#store.read(id, call), call)
    } catch (error) {
      return Promise.reject(failureOf('read a session', error))
    }
  }

  #answer<R>(what: string, asked: Promise<R>, call: Call): R | Promise<R> {
    const answer = answerOf(asked)
    return answer === asked ? this.#watched(what, asked, call) : answer
  }

  /** A call that is waited for, but not for longer than the timeout. */
  #watched<R>(what: string, asked: Promise<R>, call: Call): Promise<R> {
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      let isSettled = false
      const settle = (): void => {
        isSettled = true
        if (timer !== undefined) clearTimeout(timer)
      }
      Promise.resolve(asked).then(
        (answer) => {
          settle()
          resolve(answer)
        },
        (error: unknown) => {
          settle()
          reject(failureOf(what, error))
        },
      )
      const watch = (): void => {
        if (isSettled) return
        timer = setTimeout(() => {
          const error = new SessionStoreError(`the session store did not ${what} within ${this.#timeout} ms`)
          call.abort(error)
          reject(error)
        }, this.#timeout)
      }
      void AFTER_THOSE_AT_HAND.then(watch)
    })
  }

  /**
   * A write that may be repeated: once more after a failure, because the first may have been applied and only its answer
   * lost. `ambiguous` tells the caller that the answer is the second one.
   */
  write<R>(what: string, work: (store: Store, call: StoreCall) => Promise<R>): Written<R> | Promise<Written<R>> {
    const answer = this.call(what, work)
    if (!(answer instanceof Promise)) return { answer, ambiguous: false }
    return answer.then(
      (answer) => ({ answer, ambiguous: false }),
      async () => {
        await pause(50)
        return { answer: await this.call(what, work), ambiguous: true }
      },
    )
  }
}

export interface Written<R> {
  readonly answer: R
  readonly ambiguous: boolean
}

/** Answers that need no more than a turn of promises come before this: for them a timer would cost more than the call. */
const AFTER_THOSE_AT_HAND = Promise.resolve()

function failureOf(what: string, error: unknown): SessionStoreError {
  if (error instanceof SessionStoreError) return error
  return new SessionStoreError(`the session store could not ${what}: ${messageOf(error)}`, { cause: error })
}

/** Full jitter: those who collided do not collide again in step. */
export function pause(atMost: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * atMost))
}

/** Its signal is made only when a store looks at it. */
class Call implements StoreCall {
  readonly now: number
  #controller: AbortController | undefined
  #reason: unknown

  constructor(now: number) {
    this.now = now
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    this.#reason = reason
    this.#controller?.abort(reason)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
