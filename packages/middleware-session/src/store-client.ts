import type { SessionStore, StoreCall } from './store.ts'

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

  /** One call. @throws {SessionStoreError} if it fails or is too slow. */
  async call<R>(what: string, work: (store: Store, call: StoreCall) => Promise<R>): Promise<R> {
    const call = new Call(this.#now())
    try {
      const answer = work(this.#store, call)
      return (await isAtHand(answer)) ? await answer : await this.#inTime(answer, what, call)
    } catch (error) {
      if (error instanceof SessionStoreError) throw error
      throw new SessionStoreError(`the session store could not ${what}: ${messageOf(error)}`, { cause: error })
    }
  }

  async #inTime<R>(answer: Promise<R>, what: string, call: Call): Promise<R> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new SessionStoreError(`the session store did not ${what} within ${this.#timeout} ms`)
        call.abort(error)
        reject(error)
      }, this.#timeout)
    })
    try {
      return await Promise.race([answer, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * A write that may be repeated: once more after a failure, because the first may have been applied and only its answer
   * lost. `ambiguous` tells the caller that the answer is the second one.
   */
  async write<R>(
    what: string,
    work: (store: Store, call: StoreCall) => Promise<R>,
  ): Promise<{ answer: R; ambiguous: boolean }> {
    try {
      return { answer: await this.call(what, work), ambiguous: false }
    } catch {
      await pause(50)
      return { answer: await this.call(what, work), ambiguous: true }
    }
  }
}

/** Whether a promise is settled already, as those of a store in memory are: a timer would cost more than the call. */
async function isAtHand(answer: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = (): void => void (settled = true)
  answer.then(settle, settle)
  await Promise.resolve()
  return settled
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
