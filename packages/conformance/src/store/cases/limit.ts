import { HOUR, newId, newRecord, newRotation, START } from '../records.ts'
import { expected } from '../../middleware/expected.ts'
import type { NewRecord, SessionStore } from '../session-store.ts'
import type { StoreBench, StoreCase } from '../case.ts'

/** The time limits, by the clock that each call brings. */
export const limitCases: readonly StoreCase[] = [
  {
    id: 'idle-limit',
    title: 'the idle limit is exact to the millisecond, and to every method a record is absent from then on',
    run: (bench) => atTheLimit(bench, { idleAt: START + HOUR }),
  },
  {
    id: 'absolute-limit',
    title: 'the absolute limit is as exact, whatever the idle one says',
    run: (bench) => atTheLimit(bench, { absoluteAt: START + HOUR, idleAt: START + 2 * HOUR }),
  },
  {
    id: 'expired',
    title: 'nothing brings back a record that has expired',
    async run({ store, call }) {
      const [id, late] = [newId(), START + HOUR]
      await store.create(id, newRecord(), call())
      const at = { version: 1, generation: 1 }
      expected('touch', await store.touch(id, 1, START + 5 * HOUR, call(late)), false)
      expected('replace', await store.replace(id, at, newRecord(), call(late)), { status: 'gone' })
      expected('rotate', await store.rotate(id, at, newRotation(), call(late)), { status: 'gone' })
      expected('read', await store.read(id, call(late)), null)
    },
  },
  {
    id: 'expired-id',
    title: 'the id of an expired record is free, and what is created there is new in every respect',
    async run({ store, call }) {
      const [id, late] = [newId(), START + HOUR]
      const again = newRecord({ idleAt: START + 5 * HOUR })
      await store.create(id, newRecord({ subject: 'ann' }), call())
      await store.rotate(id, { version: 1, generation: 1 }, newRotation({ subject: 'ann' }), call())
      expected('create', await store.create(id, again, call(late)), true)
      const { version, generation, subject, commitId } = (await store.read(id, call(late)))!
      expected('the record', [version, generation, subject, commitId], [1, 1, null, again.commitId])
    },
  },
  {
    id: 'clock',
    title: "the time is the call's, not the machine's or the server's: a session of 1970 lives in 1970",
    async run({ store, call }) {
      const id = newId()
      const times = { createdAt: 1000, idleAt: 1000 + HOUR, absoluteAt: 1000 + 2 * HOUR }
      expected('create', await store.create(id, newRecord(times), call(1000)), true)
      expected('touch', await store.touch(id, 1, 1000 + 2 * HOUR, call(1000 + HOUR - 1)), true)
      expected('read', (await store.read(id, call(999 + 2 * HOUR)))?.version, 1)
      const next = { ...newRecord(times), idleAt: 1000 + 2 * HOUR }
      const outcome = await store.replace(id, { version: 1, generation: 1 }, next, call(2000))
      expected('replace', outcome, { status: 'ok' })
      expected('destroy', await store.destroy(id, call(2000)), true)
    },
  },
]

/** Every method just before the limit of a record, which is an hour after `START`, and at it. */
async function atTheLimit({ store, call }: StoreBench, limits: Partial<NewRecord>): Promise<void> {
  const at = { version: 1, generation: 1 }
  const last = START + HOUR - 1
  const methods: Record<string, (store: SessionStore, id: string, now: number) => Promise<unknown>> = {
    read: async (to, id, now) => (await to.read(id, call(now))) !== null,
    touch: (to, id, now) => to.touch(id, 1, last, call(now)),
    replace: async (to, id, now) => (await to.replace(id, at, newRecord(), call(now))).status === 'ok',
    rotate: async (to, id, now) => (await to.rotate(id, at, newRotation(), call(now))).status === 'ok',
    destroy: (to, id, now) => to.destroy(id, call(now)),
    create: async (to, id, now) => !(await to.create(id, newRecord({ idleAt: START + 9 * HOUR }), call(now))),
  }
  for (const [name, method] of Object.entries(methods)) {
    for (const [now, live] of [
      [last, true],
      [last + 1, false],
    ] as const) {
      const id = newId()
      await store.create(id, newRecord(limits), call())
      const what = now === last ? 'a millisecond before the limit' : 'at the limit'
      expected(`whether ${name} finds the record ${what}`, await method(store, id, now), live)
    }
  }
}
