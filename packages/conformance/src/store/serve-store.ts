import { START } from './records.ts'
import { tasks } from './tasks.ts'
import type { Answer, Order } from './worker.ts'
import type { OpenStore } from './host.ts'

/**
 * Makes this process one of those that the suite works a backend with. It was started by the host's `worker` with an IPC
 * channel (`fork`), and ends when that closes.
 *
 * ```ts
 * // worker.js
 * await serveStore(() => ({ store: myStore('/var/tmp/test.db') }))
 * ```
 * @throws {Error} in a process without an IPC channel.
 */
export async function serveStore(open: () => OpenStore | Promise<OpenStore>): Promise<void> {
  if (process.send === undefined) {
    throw new Error('@fsgi/conformance: serveStore() must run in a process that was started with fork()')
  }
  const { store, close } = await open()
  const tell = (answer: Answer): unknown => process.connected && process.send!(answer)
  process.on('message', ({ number, task, args }: Order) => {
    const run = tasks[task] as (given: object, ...args: readonly unknown[]) => Promise<unknown>
    run({ store, call: { now: START, signal: new AbortController().signal } }, ...args).then(
      (result) => tell({ number, result }),
      (error: unknown) => tell({ number, error: error instanceof Error ? error.message : String(error) }),
    )
  })
  process.on('disconnect', () => {
    void Promise.resolve(close?.()).then(() => process.exit())
  })
  tell({ number: READY })
}

/** The number of the first answer, which is to no order. */
export const READY = -1
