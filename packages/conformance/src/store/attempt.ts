import { expected } from '../middleware/expected.ts'
import { pause } from './increment.ts'
import { START } from './records.ts'
import type { StoreCall } from './session-store.ts'

const PATIENCE = 500 // milliseconds

/**
 * Asks a store as the middleware does: waits for a while, then says by the signal that nobody waits any more. `undefined` if
 * it failed or gave no answer.
 */
export async function attempt<T>(ask: (call: StoreCall) => Promise<T>): Promise<{ readonly answer: T } | undefined> {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, PATIENCE, undefined)))
  try {
    const asked = ask({ now: START, signal: controller.signal }).then((answer) => ({ answer }))
    return await Promise.race([asked, late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
    controller.abort(new Error('nobody waits any more'))
  }
}

/** Asks until there is an answer. The case's limit ends it. */
export async function answered<T>(ask: (call: StoreCall) => Promise<T>): Promise<T> {
  for (;;) {
    const found = await attempt(ask)
    if (found !== undefined) return found.answer
    await pause(50)
  }
}

/** Fails if there is an answer, as it must have been made up. */
export async function unanswered(what: string, ask: (call: StoreCall) => Promise<unknown>): Promise<void> {
  const found = await attempt(ask)
  if (found !== undefined) expected(`the answer to ${what} that nobody can have given`, found.answer, undefined)
}
