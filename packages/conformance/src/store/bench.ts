import { START } from './records.ts'
import { Worker } from './worker.ts'
import type { FaultyStore, OpenStore, StoreHost } from './host.ts'
import type { SessionStore, StoreCall } from './session-store.ts'
import type { StoreBench } from './case.ts'

/** What one case has opened. */
export class Bench implements StoreBench {
  readonly store: SessionStore
  readonly #host: StoreHost
  readonly #opened: { close?(): void | Promise<void> }[]

  static async open(host: StoreHost): Promise<Bench> {
    return new Bench(host, await host.open())
  }

  private constructor(host: StoreHost, opened: OpenStore) {
    this.#host = host
    this.store = opened.store
    this.#opened = [opened]
  }

  // Cases take these from the bench, so they are bound to it.
  readonly call = (now = START): StoreCall => ({ now, signal: new AbortController().signal })

  readonly clients = async (count: number): Promise<SessionStore[]> => {
    const more = await this.#all(count - 1, async () => this.#host.open())
    return [this.store, ...more.map(({ store }) => store)]
  }

  readonly workers = (count: number): Promise<Worker[]> => this.#all(count, () => Worker.start(this.#host.worker!))

  readonly faulty = async (): Promise<FaultyStore> => {
    const [faulty] = await this.#all(1, this.#host.faults!)
    return faulty!
  }

  /** The last opened first. */
  async close(): Promise<void> {
    for (const each of this.#opened.toReversed()) await each.close?.()
  }

  async #all<T extends { close?(): void | Promise<void> }>(count: number, open: () => Promise<T>): Promise<T[]> {
    const settled = await Promise.allSettled(Array.from({ length: count }, open))
    const opened = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    this.#opened.push(...opened)
    for (const one of settled) if (one.status === 'rejected') throw one.reason
    return opened
  }
}
