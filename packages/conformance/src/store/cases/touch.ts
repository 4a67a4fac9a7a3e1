import { bytesOf, HOUR, newCommitId, newId, newRecord, newRotation, shown, START } from '../records.ts'
import { expected } from '../../middleware/expected.ts'
import type { StoreCase } from '../case.ts'

/** Use keeps a session alive without writing data. */
export const touchCases: readonly StoreCase[] = [
  {
    id: 'touch',
    title: 'touch moves the idle limit later, never earlier, at most to the absolute one, and changes nothing else',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord({ subject: 'ann' })]
      await store.create(id, record, call())
      for (const [idleAt, wanted] of [
        [START + 2 * HOUR, START + 2 * HOUR],
        [START + 1, START + 2 * HOUR],
        [START + 50 * HOUR, record.absoluteAt],
        [START + 3 * HOUR, record.absoluteAt],
      ] as const) {
        expected('touch', await store.touch(id, 1, idleAt, call()), true)
        const seen = shown(await store.read(id, call()))
        expected('read', seen, shown({ ...record, idleAt: wanted, version: 1, generation: 1 }))
      }
    },
  },
  {
    id: 'touch-keeps',
    title: 'what is touched is live until the new limit',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord()]
      await store.create(id, record, call())
      await store.touch(id, 1, START + 3 * HOUR, call())
      expected('read at the old limit', (await store.read(id, call(record.idleAt)))?.version, 1)
      expected('read just before the new', (await store.read(id, call(START + 3 * HOUR - 1)))?.version, 1)
      expected('read at the new', await store.read(id, call(START + 3 * HOUR)), null)
    },
  },
  {
    id: 'touch-writers',
    title: 'touch does not disturb a write that was begun before it, nor one that is repeated',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord()]
      const next = { data: bytesOf('next'), idleAt: START + HOUR, commitId: newCommitId() }
      await store.create(id, record, call())
      await store.touch(id, 1, START + 2 * HOUR, call())
      expected('create, repeated', await store.create(id, record, call()), true)
      const at = { version: 1, generation: 1 }
      expected('replace', await store.replace(id, at, next, call()), { status: 'ok' })
      await store.touch(id, 1, START + 3 * HOUR, call())
      expected('replace, repeated', await store.replace(id, at, next, call()), { status: 'ok' })
      const { data, version } = (await store.read(id, call()))!
      expected('the record', [new TextDecoder().decode(data), version], ['next', 2])
    },
  },
  {
    id: 'touch-generation',
    title: 'touch refuses another generation',
    async run({ store, call }) {
      const [id, rotation] = [newId(), newRotation()]
      await store.create(id, newRecord(), call())
      expected('one that is not yet', await store.touch(id, 2, START + 2 * HOUR, call()), false)
      await store.rotate(id, { version: 1, generation: 1 }, rotation, call())
      expected('the old one', await store.touch(id, 1, START + 3 * HOUR, call()), false)
      expected('the idle limit', (await store.read(id, call()))?.idleAt, rotation.idleAt)
    },
  },
  {
    id: 'touch-absent',
    title: 'touch creates nothing',
    async run({ store, call }) {
      const id = newId()
      expected('touch', await store.touch(id, 1, START + HOUR, call()), false)
      expected('read', await store.read(id, call()), null)
      expected('create', await store.create(id, newRecord(), call()), true)
    },
  },
]
