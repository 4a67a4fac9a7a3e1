import { begun } from '../begun.ts'
import { expected } from '../../middleware/expected.ts'
import { newId, newRecord } from '../records.ts'
import { numberIn, pause } from '../increment.ts'
import type { StoreCase } from '../case.ts'

const PROCESSES = 4

/** Several processes that share nothing but the backend. */
export const processCases: readonly StoreCase[] = [
  {
    id: 'processes-shared',
    needs: 'worker',
    title: 'what one process has written is what every other reads next',
    async run({ store, workers, call }) {
      const all = await workers(2)
      for (let round = 0; round < 10; round++) {
        const id = newId()
        await store.create(id, newRecord(), call())
        for (const [i, worker] of [...all, ...all].entries()) {
          expected('what a process reads', await worker.run('version', id), i + 1)
          expected('an update there', await worker.run('increments', id, 1), 1)
        }
        expected('what is read here', numberIn(await store.read(id, call())), 4)
      }
    },
  },
  {
    id: 'processes-updates',
    needs: 'worker',
    title: 'N updates by several processes at once change the data exactly N times',
    async run({ store, workers, call }) {
      const id = newId()
      await store.create(id, newRecord(), call())
      const all = await workers(PROCESSES)
      const done = await Promise.all(all.map((worker) => worker.run('increments', id, 50)))
      expected(
        'the updates',
        done,
        done.map(() => 50),
      )
      expected('the number', numberIn(await store.read(id, call())), 50 * PROCESSES)
    },
  },
  {
    id: 'processes-create',
    needs: 'worker',
    title: 'of several processes that create the same id one does',
    async run({ workers }) {
      const all = await workers(PROCESSES)
      for (let round = 0; round < 10; round++) {
        const id = newId()
        const answers = await Promise.all(all.map((worker) => worker.run('create', id)))
        expected('how many have created it', answers.filter(Boolean).length, 1)
      }
    },
  },
  {
    id: 'processes-destroy',
    needs: 'worker',
    title: 'a session that one process destroys is gone for all, while they write it',
    async run({ store, workers, call }) {
      const all = await workers(PROCESSES)
      for (let round = 0; round < 10; round++) {
        const id = newId()
        await store.create(id, newRecord(), call())
        const writing = begun(all.map((worker) => worker.run('increments', id, 500)))
        await pause(20)
        expected('destroy', await store.destroy(id, call()), true)
        await writing
        const read = await Promise.all(all.map((worker) => worker.run('version', id)))
        expected('what is read everywhere', [await store.read(id, call()), ...read], [null, ...all.map(() => null)])
      }
    },
  },
  {
    id: 'processes-logins',
    needs: 'worker',
    title:
      'what several processes log in is listed, and ended by destroyAll, in another (where there is an index by subject)',
    async run({ store, workers, call }) {
      const ann = `ann ${newId()}`
      const all = await workers(PROCESSES)
      const ids = (await Promise.all(all.map((worker) => worker.run('logins', ann, 10)))).flat()
      for (const id of ids) expected('the subject', (await store.read(id, call()))?.subject, ann)
      if (store.bySubject === undefined) return
      const listed = new Set(await store.bySubject.list(ann, call()))
      expected(
        'those that list misses',
        ids.filter((id) => !listed.has(id)),
        [],
      )
      expected('how many are ended', await store.bySubject.destroyAll(ann, null, call()), ids.length)
      const left = await Promise.all(ids.map((id) => all[0]!.run('version', id)))
      expected(
        'those that are left',
        left.filter((version) => version !== null),
        [],
      )
    },
  },
]
