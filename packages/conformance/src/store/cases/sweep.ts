import { expected } from '../../middleware/expected.ts'
import { HOUR, newId, newRecord, newRotation, START } from '../records.ts'
import { increments, numberIn } from '../increment.ts'
import type { SessionStore, StoreCall } from '../session-store.ts'
import type { StoreCase } from '../case.ts'

/** Expired records are removed, and nothing else is. */
export const sweepCases: readonly StoreCase[] = [
  {
    id: 'sweep',
    needs: 'sweep',
    title: 'sweep removes expired records, at most so many, and says how many',
    async run({ store, call }) {
      const later = call(START + HOUR)
      await emptied(store, later)
      const ids = Array.from({ length: 10 }, newId)
      for (const [i, id] of ids.entries())
        await store.create(id, newRecord(i < 7 ? {} : { idleAt: START + 5 * HOUR }), call())
      expected('a millisecond before their limit', await store.sweep!(100, call(START + HOUR - 1)), 0)
      expected('sweep of at most 5', await store.sweep!(5, later), 5)
      expected('sweep of at most 5, again', await store.sweep!(5, later), 2)
      expected('sweep of at most 5, the third time', await store.sweep!(5, later), 0)
      const read = await Promise.all(ids.map(async (id) => (await store.read(id, later)) !== null))
      expected(
        'those that are left',
        read,
        ids.map((_, i) => i >= 7),
      )
    },
  },
  {
    id: 'swept',
    needs: 'sweep',
    title: 'nothing brings back what was swept',
    async run({ store, call }) {
      const [id, later, at] = [newId(), call(START + HOUR), { version: 1, generation: 1 }]
      await store.create(id, newRecord({ subject: 'ann' }), call())
      await emptied(store, later)
      // By a clock that is behind: the record would be live, and is not there.
      expected('read', await store.read(id, call()), null)
      expected('touch', await store.touch(id, 1, START + 5 * HOUR, call()), false)
      expected('replace', await store.replace(id, at, newRecord(), call()), { status: 'gone' })
      expected('rotate', await store.rotate(id, at, newRotation({ subject: 'ann' }), call()), { status: 'gone' })
      expected('read at last', await store.read(id, call()), null)
    },
  },
  {
    id: 'sweep-race',
    needs: 'sweep',
    title: 'several that sweep at once remove each expired record once, and disturb nobody who writes',
    async run({ store, clients, call }) {
      const all = await clients(4)
      const later = call(START + HOUR)
      await emptied(store, later)
      const written = newId()
      await store.create(written, newRecord({ idleAt: START + 9 * HOUR }), call())
      await Promise.all(Array.from({ length: 60 }, () => store.create(newId(), newRecord(), call())))
      const [counts] = await Promise.all([
        Promise.all(all.map((one) => emptied(one, later))),
        increments(store, written, 20, later),
      ])
      // What somebody else holds may be passed over: it is there the next time.
      const rest = await emptied(store, later)
      expected(
        'how many were removed',
        counts.reduce((a, b) => a + b, rest),
        60,
      )
      expected('the session that is written', numberIn(await store.read(written, later)), 20)
    },
  },
  {
    id: 'sweep-touched',
    needs: 'sweep',
    title: 'a session whose touch was acknowledged is not swept at its old limit',
    async run({ store, clients, call }) {
      const [sweeper, toucher] = await clients(2)
      const [before, later] = [call(START + HOUR - 1), call(START + HOUR)]
      await emptied(store, later)
      const ids = Array.from({ length: 20 }, newId)
      await Promise.all(ids.map((id) => store.create(id, newRecord(), call())))
      const [touched] = await Promise.all([
        Promise.all(ids.map((id) => toucher!.touch(id, 1, START + 5 * HOUR, before))),
        emptied(sweeper!, later),
      ])
      const read = await Promise.all(ids.map(async (id) => (await store.read(id, later)) !== null))
      expected('those that are live', read, touched)
    },
  },
]

/** Sweeps until nothing is left to sweep; how much that was. */
async function emptied(store: SessionStore, call: StoreCall): Promise<number> {
  for (let sum = 0; ;) {
    const count = await store.sweep!(25, call)
    if (count === 0) return sum
    sum += count
  }
}
