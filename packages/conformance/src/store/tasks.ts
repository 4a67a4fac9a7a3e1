import { increments } from './increment.ts'
import { newId, newRecord, newRotation } from './records.ts'
import type { SessionStore, StoreCall } from './session-store.ts'

/** What a process of the suite does with its store, by name. Arguments and results cross processes as JSON. */
export const tasks = {
  /** So many increments, one after the other; how many were done before the session was gone. */
  increments: ({ store, call }: Given, id: string, times: number): Promise<number> =>
    increments(store, id, times, call),

  /** Whether it was this process that created the session. */
  create: ({ store, call }: Given, id: string): Promise<boolean> => store.create(id, newRecord(), call),

  /** What a read gives: the version, or `null`. */
  version: async ({ store, call }: Given, id: string): Promise<number | null> =>
    (await store.read(id, call))?.version ?? null,

  /** So many logins, of new sessions and of some that exist; the ids of the sessions. */
  logins: async ({ store, call }: Given, subject: string, times: number): Promise<string[]> => {
    const ids: string[] = []
    for (let i = 0; i < times; i++) {
      const id = newId()
      const fresh = i % 2 === 0
      await store.create(id, newRecord({ subject: fresh ? subject : null }), call)
      if (!fresh) await store.rotate(id, { version: 1, generation: 1 }, newRotation({ subject }), call)
      ids.push(id)
    }
    return ids
  },
}

export interface Given {
  readonly store: SessionStore
  readonly call: StoreCall
}

export type Tasks = typeof tasks
/** What is left for the caller to give. */
export type TaskArguments<Name extends keyof Tasks> = Tasks[Name] extends (given: Given, ...rest: infer R) => unknown
  ? R
  : never
