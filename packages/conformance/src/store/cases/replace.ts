import { bytesOf, HOUR, newCommitId, newId, newRecord, newRotation, shown, START } from '../records.ts'
import { expected } from '../../middleware/expected.ts'
import type { Next } from '../session-store.ts'
import type { StoreCase } from '../case.ts'

const FIRST = { version: 1, generation: 1 }
const newNext = (given: Partial<Next> = {}): Next => ({
  data: bytesOf('next'),
  idleAt: START + 2 * HOUR,
  commitId: newCommitId(),
  ...given,
})

/** Data is replaced by compare-and-swap. */
export const replaceCases: readonly StoreCase[] = [
  {
    id: 'replace',
    title: 'replace writes data, idle limit and commit, adds 1 to the version, and leaves everything else',
    async run({ store, call }) {
      const [id, record, next] = [newId(), newRecord({ subject: 'ann' }), newNext()]
      await store.create(id, record, call())
      expected('replace', await store.replace(id, FIRST, next, call()), { status: 'ok' })
      const wanted = { ...record, ...next, version: 2, generation: 1 }
      expected('read', shown(await store.read(id, call())), shown(wanted))
      const third = newNext({ data: bytesOf('third') })
      expected('again', await store.replace(id, { version: 2, generation: 1 }, third, call()), { status: 'ok' })
      expected('read again', shown(await store.read(id, call())), shown({ ...wanted, ...third, version: 3 }))
    },
  },
  {
    id: 'replace-conflict',
    title: 'replace refuses another version, and gives the record as it is',
    async run({ store, call }) {
      const [id, record, next] = [newId(), newRecord({ subject: 'ann' }), newNext()]
      await store.create(id, record, call())
      await store.replace(id, FIRST, next, call())
      const wanted = shown({ ...record, ...next, version: 2, generation: 1 })
      for (const version of [1, 3]) {
        const late = newNext({ data: bytesOf('late') })
        const outcome = await store.replace(id, { version, generation: 1 }, late, call())
        const seen = { ...outcome, ...(outcome.status === 'conflict' && { current: shown(outcome.current) }) }
        expected(`replace of version ${version}`, seen, { status: 'conflict', current: wanted })
      }
      expected('read', shown(await store.read(id, call())), wanted)
    },
  },
  {
    id: 'replace-generation',
    title: 'replace refuses another generation, also with the right version: the session is gone to it',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord()]
      await store.create(id, record, call())
      const outcome = await store.replace(id, { version: 1, generation: 2 }, newNext(), call())
      expected('a generation that is not yet', outcome, { status: 'gone' })
      await store.rotate(id, FIRST, newRotation({ data: bytesOf('rotated') }), call())
      for (const version of [1, 2]) {
        const late = await store.replace(id, { version, generation: 1 }, newNext(), call())
        expected(`the old generation with version ${version}`, late, { status: 'gone' })
      }
      expected('the data', new TextDecoder().decode((await store.read(id, call()))!.data), 'rotated')
    },
  },
  {
    id: 'replace-absent',
    title: 'replace creates nothing',
    async run({ store, call }) {
      const id = newId()
      expected('replace', await store.replace(id, FIRST, newNext(), call()), { status: 'gone' })
      expected('read', await store.read(id, call()), null)
      expected('create', await store.create(id, newRecord(), call()), true)
    },
  },
  {
    id: 'replace-repeated',
    title: 'replace says ok again to the same commit, and writes nothing a second time',
    async run({ store, call }) {
      const [id, record, next] = [newId(), newRecord(), newNext()]
      await store.create(id, record, call())
      for (const time of ['first', 'second', 'third'])
        expected(`the ${time} time`, await store.replace(id, FIRST, next, call()), { status: 'ok' })
      expected('read', shown(await store.read(id, call())), shown({ ...record, ...next, version: 2, generation: 1 }))
    },
  },
  {
    id: 'replace-limit',
    title: 'replace moves the idle limit at most to the absolute one',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord()]
      await store.create(id, record, call())
      await store.replace(id, FIRST, newNext({ idleAt: START + 50 * HOUR }), call())
      expected('the idle limit', (await store.read(id, call()))?.idleAt, record.absoluteAt)
    },
  },
]
