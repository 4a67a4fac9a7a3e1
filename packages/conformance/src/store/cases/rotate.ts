import { bytesOf, HOUR, newCommitId, newId, newRecord, newRotation, shown, START } from '../records.ts'
import { expected } from '../../middleware/expected.ts'
import type { StoreCase } from '../case.ts'

const FIRST = { version: 1, generation: 1 }

/** A session gets a new secret, subject and limit in one step, and what was begun under the old one is refused. */
export const rotateCases: readonly StoreCase[] = [
  {
    id: 'rotate',
    title: 'rotate writes verifier, subject, limits and data in one step, and adds 1 to version and generation',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord()]
      const next = newRotation({ subject: 'ann', data: bytesOf('in'), absoluteAt: START + 20 * HOUR })
      await store.create(id, record, call())
      expected('rotate', await store.rotate(id, FIRST, next, call()), { status: 'ok' })
      const wanted = { ...record, ...next, version: 2, generation: 2 }
      expected('read', shown(await store.read(id, call())), shown(wanted))
      const out = newRotation({ subject: null, absoluteAt: START + 5 * HOUR })
      expected('again', await store.rotate(id, { version: 2, generation: 2 }, out, call()), { status: 'ok' })
      expected(
        'read again',
        shown(await store.read(id, call())),
        shown({ ...wanted, ...out, version: 3, generation: 3 }),
      )
    },
  },
  {
    id: 'rotate-conflict',
    title: 'rotate refuses another version, and gives the record as it is',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord()]
      const next = { data: bytesOf('next'), idleAt: START + HOUR, commitId: newCommitId() }
      await store.create(id, record, call())
      await store.replace(id, FIRST, next, call())
      const outcome = await store.rotate(id, FIRST, newRotation({ subject: 'ann' }), call())
      const seen = { ...outcome, ...(outcome.status === 'conflict' && { current: shown(outcome.current) }) }
      const wanted = shown({ ...record, ...next, version: 2, generation: 1 })
      expected('rotate', seen, { status: 'conflict', current: wanted })
      expected('read', shown(await store.read(id, call())), wanted)
    },
  },
  {
    id: 'rotate-generation',
    title: 'rotate refuses another generation: the session is gone to it',
    async run({ store, call }) {
      const id = newId()
      await store.create(id, newRecord(), call())
      const early = await store.rotate(id, { version: 1, generation: 2 }, newRotation(), call())
      expected('a generation that is not yet', early, { status: 'gone' })
      await store.rotate(id, FIRST, newRotation({ subject: 'ann' }), call())
      for (const version of [1, 2]) {
        const late = await store.rotate(id, { version, generation: 1 }, newRotation({ subject: 'eve' }), call())
        expected(`the old generation with version ${version}`, late, { status: 'gone' })
      }
      expected('the subject', (await store.read(id, call()))?.subject, 'ann')
    },
  },
  {
    id: 'rotate-absent',
    title: 'rotate creates nothing',
    async run({ store, call }) {
      const id = newId()
      const outcome = await store.rotate(id, FIRST, newRotation({ subject: 'ann' }), call())
      expected('rotate', outcome, { status: 'gone' })
      expected('read', await store.read(id, call()), null)
      expected('create', await store.create(id, newRecord(), call()), true)
    },
  },
  {
    id: 'rotate-repeated',
    title: 'rotate says ok again to the same commit, and writes nothing a second time',
    async run({ store, call }) {
      const [id, record, next] = [newId(), newRecord(), newRotation({ subject: 'ann' })]
      await store.create(id, record, call())
      for (const time of ['first', 'second', 'third'])
        expected(`the ${time} time`, await store.rotate(id, FIRST, next, call()), { status: 'ok' })
      expected('read', shown(await store.read(id, call())), shown({ ...record, ...next, version: 2, generation: 2 }))
    },
  },
  {
    id: 'rotate-limit',
    title: 'rotate keeps the idle limit at or below the new absolute one, which may be earlier than the old',
    async run({ store, call }) {
      const id = newId()
      await store.create(id, newRecord(), call())
      const absoluteAt = START + HOUR / 2
      await store.rotate(id, FIRST, newRotation({ absoluteAt, idleAt: START + 9 * HOUR }), call())
      const { idleAt, absoluteAt: until } = (await store.read(id, call()))!
      expected('the limits', [idleAt, until], [absoluteAt, absoluteAt])
      expected('read at the limit', await store.read(id, call(absoluteAt)), null)
    },
  },
]
