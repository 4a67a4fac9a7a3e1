import { bytesOf, newCommitId } from './records.ts'
import type { SessionStore, StoreCall, StoredRecord } from './session-store.ts'

/**
 * Adds one to the number in a session's data as the middleware does it: by compare-and-swap, and again on the winner's data
 * when somebody else was first.
 */
export async function increment(store: SessionStore, id: string, call: StoreCall): Promise<'ok' | 'gone'> {
  const commitId = newCommitId()
  let record = await store.read(id, call)
  for (let attempt = 0; record !== null; attempt++) {
    const { version, generation, idleAt } = record
    const next = { data: bytesOf(String(numberIn(record) + 1)), idleAt, commitId }
    const outcome = await store.replace(id, { version, generation }, next, call)
    if (outcome.status !== 'conflict') return outcome.status
    record = outcome.current
    await pause(Math.min(50, 2 ** attempt))
  }
  return 'gone'
}

/** So many, one after the other. How many were done before the session was gone. */
export async function increments(store: SessionStore, id: string, times: number, call: StoreCall): Promise<number> {
  for (let done = 0; done < times; done++) {
    if ((await increment(store, id, call)) === 'gone') return done
    await turn()
  }
  return times
}

/** The number that the data of a session is. */
export function numberIn(record: StoredRecord | null): number {
  return record === null ? NaN : Number(new TextDecoder().decode(record.data))
}

/** Full jitter: those who collided do not collide again in step. */
export function pause(atMost: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * atMost))
}

/** A turn of the event loop: a store that answers at once would let nobody else come to his. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
