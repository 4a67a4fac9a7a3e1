import type { DataFormat } from './data-format.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import type { SessionStore, SubjectIndex } from './store.ts'
import type { StoreClient } from './store-client.ts'

/** Sessions, outside of any request. What needs an index by subject is there when the store has one. */
export type Sessions<T extends object, Store extends SessionStore = SessionStore> = SessionsOfAny &
  (Store extends { readonly bySubject: SubjectIndex } ? SessionsBySubject<T> : {})

export interface SessionsOfAny {
  /** Ends the session with this handle. Whether there was one. */
  destroy(handle: string): Promise<boolean>
  /** Removes at most `max` expired records (default 1000), and says how many. 0 where the store expires by itself. */
  sweep(max?: number): Promise<number>
}

export interface SessionsBySubject<T extends object> {
  /** The subject's live sessions, such as for a list of devices. */
  list(subject: string): AsyncIterable<SessionInfo<T>>
  /** Ends the subject's sessions, everywhere, but the one whose handle is `except`. How many there were. */
  destroyAll(subject: string, options?: { readonly except?: string | undefined }): Promise<number>
}

export interface SessionInfo<T extends object> {
  readonly handle: string
  readonly subject: string
  readonly createdAt: number
  readonly expiresAt: number
  /** `null` if it cannot be read by this version of the application. */
  readonly data: DeepReadonly<T> | null
}

export function sessionsOf<T extends object>({
  store,
  format,
}: {
  readonly store: StoreClient
  readonly format: DataFormat<T>
}): SessionsOfAny & SessionsBySubject<T> {
  return {
    destroy: async (handle) => {
      const { answer } = await store.write('destroy a session', (store, call) => store.destroy(handle, call))
      return answer
    },
    sweep: async (max = 1000) => store.call('sweep', async (store, call) => (await store.sweep?.(max, call)) ?? 0),
    async *list(subject) {
      const ids = await store.call('list sessions', (store, call) => indexOf(store).list(subject, call))
      for (const handle of ids) {
        const record = await store.read(handle)
        if (record === null || record.subject !== subject) continue // the index may name more than there is
        const { createdAt, idleAt, absoluteAt } = record
        const data = await readable(format, record.data)
        yield { handle, subject, createdAt, expiresAt: Math.min(idleAt, absoluteAt), data }
      }
    },
    destroyAll: async (subject, { except } = {}) =>
      store.call('destroy sessions', (store, call) => indexOf(store).destroyAll(subject, except ?? null, call)),
  }
}

function indexOf(store: SessionStore): SubjectIndex {
  if (store.bySubject !== undefined) return store.bySubject
  throw new TypeError(
    '@fsgi/middleware-session: this store cannot find sessions by their subject (it has no bySubject)',
  )
}

async function readable<T extends object>(format: DataFormat<T>, bytes: Uint8Array): Promise<DeepReadonly<T> | null> {
  try {
    return (await format.fromBytes(bytes)) as DeepReadonly<T>
  } catch {
    return null
  }
}
