import { bytesOf, newCommitId, newId, newRecord, shown } from '../records.ts'
import { expected } from '../../middleware/expected.ts'
import type { StoreCase } from '../case.ts'

/** Records come into being once, and are read back as they were. */
export const createCases: readonly StoreCase[] = [
  {
    id: 'create',
    title: 'a created record is read back as it was, with version 1 and generation 1; an unknown id gives null',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord({ subject: 'ann' })]
      expected('create', await store.create(id, record, call()), true)
      expected('read', shown(await store.read(id, call())), shown({ ...record, version: 1, generation: 1 }))
      expected('reading another id', await store.read(newId(), call()), null)
    },
  },
  {
    id: 'create-taken',
    title: 'create refuses an id that is taken, and leaves its record alone',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord()]
      await store.create(id, record, call())
      expected('create again', await store.create(id, newRecord({ data: bytesOf('other') }), call()), false)
      expected('read', shown(await store.read(id, call())), shown({ ...record, version: 1, generation: 1 }))
    },
  },
  {
    id: 'create-repeated',
    title: 'create says yes again to the same commit, so that it can be repeated when its answer was lost',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord()]
      for (const time of ['first', 'second', 'third'])
        expected(`create, the ${time} time`, await store.create(id, record, call()), true)
      expected('read', shown(await store.read(id, call())), shown({ ...record, version: 1, generation: 1 }))
    },
  },
  {
    id: 'bytes',
    title: 'bytes come back as they were: none, every value, 64 KiB',
    async run({ store, call }) {
      const every = Uint8Array.from({ length: 512 }, (_, i) => i % 256)
      const long = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 31) % 251)
      for (const data of [new Uint8Array(), every, long]) {
        const [id, next] = [newId(), { data, idleAt: newRecord().idleAt, commitId: newCommitId() }]
        await store.create(id, newRecord({ data, verifierHash: every.slice(0, 32) }), call())
        const created = await store.read(id, call())
        await store.replace(id, { version: 1, generation: 1 }, { ...next, data: data.toReversed() }, call())
        const replaced = await store.read(id, call())
        for (const [what, seen, wanted] of [
          ['created', created?.data, data],
          ['replaced', replaced?.data, data.toReversed()],
          ['hashed', replaced?.verifierHash, every.slice(0, 32)],
        ] as const) {
          const same = seen instanceof Uint8Array && Buffer.compare(seen, wanted) === 0
          expected(`whether ${wanted.length} bytes are the same when ${what}`, same, true)
        }
      }
    },
  },
  {
    id: 'own-bytes',
    title: 'a store shares no bytes with who stores or reads them',
    async run({ store, call }) {
      const [id, data] = [newId(), bytesOf('data')]
      await store.create(id, newRecord({ data }), call())
      data.fill(0)
      const read = await store.read(id, call())
      const again = await store.read(id, call())
      read!.data.fill(1)
      read!.verifierHash.fill(1)
      const last = await store.read(id, call())
      expected('read after writing to the bytes', [shown(last), last?.data.length], [shown(again), 4])
      expected('the data', new TextDecoder().decode(last!.data), 'data')
    },
  },
  {
    id: 'ids',
    title: 'ids are told apart by every character and its case',
    async run({ store, call }) {
      const id = newId().slice(0, 20)
      const ids = [`${id}aB`, `${id}Ab`, `${id}ab`, `${id}-_`, `${id}_-`]
      for (const [i, one] of ids.entries())
        expected(`create ${one}`, await store.create(one, newRecord({ data: bytesOf(String(i)) }), call()), true)
      const read = await Promise.all(ids.map((one) => store.read(one, call())))
      const seen = read.map((record) => record && new TextDecoder().decode(record.data))
      expected('the data of each', seen, ['0', '1', '2', '3', '4'])
    },
  },
  {
    id: 'reading',
    title: 'reading changes nothing, and moves no limit',
    async run({ store, call }) {
      const [id, record] = [newId(), newRecord()]
      await store.create(id, record, call())
      for (const now of [record.createdAt, record.idleAt - 1, record.idleAt - 1]) {
        const seen = shown(await store.read(id, call(now)))
        expected(`read at ${now}`, seen, shown({ ...record, version: 1, generation: 1 }))
      }
      expected('read at the limit', await store.read(id, call(record.idleAt)), null)
    },
  },
]
