import { expectProgress } from './expect-progress.ts'
import { onClosed } from './on-closed.ts'
import { reset } from './break-off.ts'
import type { Delivery } from './delivery.ts'
import type { ServerResponse } from 'node:http'
import type { Service } from '@fsgi/core/server'

/** What has not ended yet: exchanges, responses that are still being flushed, and work given to `waitUntil` (SPEC S15, S36). */
export class InFlight implements Service {
  readonly report: (error: unknown) => void
  /** How long a client may take nothing of a response, in milliseconds. */
  readonly sendTimeout: number
  // Not a Set: one that is added to and deleted from all the time leaves table after table behind, and what was in such a table
  // lives until the next full collection. With a Set a request cost twice as much collection of the young generation.
  readonly #open: Delivery[] = []
  readonly #flushing = new Set<ServerResponse>()
  readonly #said = new Set<string>()
  readonly #work = new Set<Promise<void>>()
  /** Whether the server is closing: every response then closes its connection. */
  closing = false
  /** Called while closing whenever something has ended. */
  onChange: (() => void) | undefined

  constructor(report: (error: unknown) => void, sendTimeout: number) {
    this.sendTimeout = sendTimeout
    this.report = (error) => {
      try {
        report(error)
      } catch (failure) {
        console.error(failure, error) // an operator's function that throws must not take the server with it
      }
    }
  }

  waitUntil(work: Promise<void>): void {
    this.#work.add(work)
    void work.then(() => {
      this.#work.delete(work)
      this.onChange?.()
    })
  }

  /** The exchanges that have not ended, and were not answered at once. */
  get deliveries(): readonly Delivery[] {
    return [...this.#open]
  }

  add(delivery: Delivery): void {
    delivery.place = this.#open.push(delivery) - 1
  }

  /** The exchange of a response that is still to be sent. Looks through all: for errors. */
  of(response: ServerResponse): Delivery | undefined {
    for (const delivery of this.#open) if (delivery.response === response) return delivery
    return undefined
  }

  delete(delivery: Delivery): void {
    if (delivery.place === undefined) return
    const last = this.#open.pop()!
    if (last !== delivery) {
      this.#open[delivery.place] = last
      last.place = delivery.place
    }
    delivery.place = undefined
    this.onChange?.()
  }

  /** Remembers a response that was handed over but has bytes left in a buffer of this process. */
  flushing({ request, response }: Delivery): void {
    if (response.writableFinished || response.destroyed || request.socket.destroyed) return
    // The usual case: the kernel has it all.
    if (response.writableEnded && response.socket?.writableLength === 0 && !this.closing) return
    this.#flushing.add(response)
    expectProgress(response, this.sendTimeout, () => reset(request.socket))
    onClosed(request, response, () => {
      this.#flushing.delete(response)
      this.onChange?.()
    })
  }

  /** Whether something is said for the first time: a fault that every response has need not be reported with each. */
  isNew(message: string): boolean {
    return !this.#said.has(message) && this.#said.add(message) !== undefined
  }

  get isFlushing(): boolean {
    return this.#flushing.size > 0
  }

  get isEmpty(): boolean {
    return this.#open.length === 0 && this.#work.size === 0 && this.#flushing.size === 0
  }
}
