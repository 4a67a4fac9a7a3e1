import { HOUR, newId, newRecord, newRotation, START } from '../records.ts'
import { expected } from '../../middleware/expected.ts'
import type { StoreCase } from '../case.ts'

/** What is destroyed is gone. */
export const destroyCases: readonly StoreCase[] = [
  {
    id: 'destroy',
    title: 'destroy removes a record of any version and generation, and says whether there was one',
    async run({ store, call }) {
      const [fresh, rotated, other] = [newId(), newId(), newId()]
      for (const id of [fresh, rotated, other]) await store.create(id, newRecord(), call())
      await store.rotate(rotated, { version: 1, generation: 1 }, newRotation({ subject: 'ann' }), call())
      for (const id of [fresh, rotated]) {
        expected('destroy', await store.destroy(id, call()), true)
        expected('read', await store.read(id, call()), null)
        expected('destroy again', await store.destroy(id, call()), false)
      }
      expected('another session', (await store.read(other, call()))?.version, 1)
    },
  },
  {
    id: 'destroyed',
    title: 'nothing brings a destroyed record back: not replace, rotate or touch, new or repeated',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord({ subject: 'ann' })]
      const at = { version: 1, generation: 1 }
      await store.create(id, record, call())
      await store.destroy(id, call())
      const { data, idleAt, commitId } = record
      const rotation = newRotation({ subject: 'ann' })
      for (const [what, answer, wanted] of [
        ['replace', await store.replace(id, at, newRecord(), call()), { status: 'gone' }],
        ['replace, repeated', await store.replace(id, at, { data, idleAt, commitId }, call()), { status: 'gone' }],
        ['rotate', await store.rotate(id, at, rotation, call()), { status: 'gone' }],
        ['touch', await store.touch(id, 1, START + 2 * HOUR, call()), false],
      ] as const) {
        expected(what, answer, wanted)
        expected(`read after ${what}`, await store.read(id, call()), null)
      }
    },
  },
]
