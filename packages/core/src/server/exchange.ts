import { ExchangeContext } from './exchange-context.ts'
import { inScope } from './in-scope.ts'
import type { Cleanup, Context, Outcome, Protocol, SocketAddress } from '../context.ts'

/** What a server states about one exchange. Members may be getters: each is read when somebody asks, never before. */
export interface Facts {
  readonly peerAddress: SocketAddress | null
  readonly remoteAddress: SocketAddress | null
  readonly localAddress: SocketAddress | null
  readonly protocol: Protocol
  readonly encrypted: boolean
  readonly target: string
  /** The pathname of `request.url`, normal (`normalPathname`). */
  readonly pathname: string
  readonly mount: string
  readonly env: Readonly<Record<string, unknown>>
  readonly sendInformational?: ((status: number, headers?: HeadersInit) => void) | undefined
}

/** What a server does for all its exchanges. */
export interface Service {
  report(error: unknown): void
  /** Keeps the process alive until `work` settles; `work` never rejects. */
  waitUntil(work: Promise<void>): void
}

interface Cancellable {
  cancel(reason: unknown): Promise<void>
}

/** The lifetime of one request and its response, which every server runs the same way (SPEC S12–S16). */
export class Exchange {
  readonly facts: Facts
  readonly #service: Service
  #context: Context | undefined
  #controller: AbortController | undefined
  #cleanups: Cleanup[] | undefined
  #outcome: Outcome | undefined
  #aborted = false
  #failed = false
  #error: unknown

  constructor(facts: Facts, service: Service) {
    this.facts = facts
    this.#service = service
  }

  /** The context to call the app with. */
  get context(): Context {
    return (this.#context ??= new ExchangeContext(this))
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#aborted) this.#controller.abort(this.#error)
    }
    return this.#controller.signal
  }

  get aborted(): boolean {
    return this.#aborted
  }

  /** Whether `end` was called. */
  get ended(): boolean {
    return this.#outcome !== undefined
  }

  /** The client is gone, a limit has passed, or the server stops: nothing more can be delivered (SPEC S12, S13). */
  abort(reason: unknown): void {
    if (this.#aborted || this.#outcome !== undefined) return
    this.#aborted = true
    if (!this.#failed) this.#error = reason
    this.#controller?.abort(reason)
  }

  /**
   * The client leaves while `body`, of a response with this status or `null` for one that was not sent, is not at its end:
   * aborts, cancels the body with the reason of the signal (SPEC S13), and ends.
   */
  async leave(reason: unknown, body: Cancellable | null, status: number | null): Promise<void> {
    this.abort(reason)
    await body?.cancel(this.signal.reason).catch((error: unknown) => this.fail(error))
    await this.end(status)
  }

  /** The app or its body failed. Reports the error once (SPEC S16), unless it is only the news that the client has gone. */
  fail(error: unknown): void {
    if (this.#aborted ? error === this.#error || isAbortError(error) : this.#failed && error === this.#error) return
    if (!this.#failed && !this.#aborted) this.#error = error
    this.#failed = true
    this.#service.report(error)
  }

  report(error: unknown): void {
    this.#service.report(error)
  }

  waitUntil(work: Promise<unknown>): void {
    if (typeof (work as Partial<Promise<unknown>> | undefined)?.then !== 'function') {
      throw new TypeError('[fsgi S15] context.waitUntil() takes a promise')
    }
    const settled = Promise.resolve(work).then(
      () => {},
      (error: unknown) => this.#service.report(error),
    )
    this.#service.waitUntil(settled)
  }

  defer(cleanup: Cleanup): void {
    if (typeof cleanup !== 'function') throw new TypeError('[fsgi S14] context.defer() takes a function')
    if (this.#outcome === undefined) (this.#cleanups ??= []).push(inScope(cleanup))
    else this.#service.waitUntil(this.#run([cleanup], this.#outcome))
  }

  /**
   * The response is over: delivered, abandoned or discarded. Runs what was deferred (SPEC S14). `status` is the one whose
   * head went out, or null. The promise never rejects; a server need not await it, only keep the process alive (done here).
   */
  end(status: number | null): Promise<void> | undefined {
    if (this.#outcome !== undefined) return undefined
    this.#outcome = { status, aborted: this.#aborted, error: this.#error }
    const cleanups = this.#cleanups
    if (cleanups === undefined) return undefined
    this.#cleanups = undefined
    const work = this.#run(cleanups, this.#outcome)
    this.#service.waitUntil(work)
    return work
  }

  async #run(cleanups: Cleanup[], outcome: Outcome): Promise<void> {
    for (let i = cleanups.length - 1; i >= 0; i--) {
      try {
        await cleanups[i]!(outcome)
      } catch (error) {
        this.#service.report(error)
      }
    }
  }
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
