import type { StoreCall } from './store.ts'

/**
 * Does something that another process may keep from happening, for so long. SQLite itself would wait inside of the call and
 * stop the whole process meanwhile; so it waits for a moment only, and the rest of the waiting is done out here.
 */
export async function unlessBusy<R>(work: () => R, timeout: number, { signal }: StoreCall): Promise<R> {
  const until = performance.now() + timeout
  for (let attempt = 0; ; attempt++) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** attempt)))
    signal.throwIfAborted()
  }
}

/** The same when a store is made, where a process may stop: it has nothing else to do yet. */
export function unlessBusySync<R>(work: () => R, timeout: number): R {
  const until = performance.now() + timeout
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 10)
  }
}

/** Each driver says it in its own way, but all of them have SQLite's message. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && /database (table )?is (locked|busy)|SQLITE_(BUSY|LOCKED)/i.test(error.message)
}
