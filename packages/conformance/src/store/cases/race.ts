import { begun } from '../begun.ts'
import { bytesOf, HOUR, newCommitId, newId, newRecord, newRotation, START } from '../records.ts'
import { expected } from '../../middleware/expected.ts'
import { increment, increments, numberIn, pause } from '../increment.ts'
import type { SessionStore } from '../session-store.ts'
import type { StoreCase } from '../case.ts'

const FIRST = { version: 1, generation: 1 }
const CLIENTS = 4

/** Several at once, through several clients: every method is one atomic step. */
export const raceCases: readonly StoreCase[] = [
  {
    id: 'updates',
    title: 'N parallel updates change the data exactly N times',
    async run({ store, clients, call }) {
      const id = newId()
      await store.create(id, newRecord(), call())
      const all = await clients(CLIENTS)
      const done = await Promise.all(
        all.flatMap((one) => Array.from({ length: 5 }, () => increments(one, id, 10, call()))),
      )
      expected('the updates', done, done.fill(10))
      const record = await store.read(id, call())
      expected('the number and the version', [numberIn(record), record?.version], [200, 201])
    },
  },
  {
    id: 'updates-touched',
    title: 'N parallel updates change the data exactly N times while others read and touch',
    async run({ store, clients, call }) {
      const [id, end] = [newId(), START + 9 * HOUR]
      await store.create(id, newRecord({ idleAt: end }), call())
      const [reader, toucher, ...writers] = await clients(CLIENTS)
      let writing = true
      const others = Promise.all([
        (async () => {
          for (let last = 0; writing; await pause(2)) {
            const number = numberIn(await reader!.read(id, call()))
            expected('whether a read goes back in time', number >= last, true)
            last = number
          }
        })(),
        (async () => {
          for (; writing; await pause(2)) expected('touch', await toucher!.touch(id, 1, end, call()), true)
        })(),
      ])
      const work = Promise.all(writers.map((one) => increments(one, id, 40, call()))).finally(() => (writing = false))
      await Promise.all([work, others])
      const record = await store.read(id, call())
      expected('number, version and idle limit', [numberIn(record), record?.version, record?.idleAt], [80, 81, end])
    },
  },
  {
    id: 'one-replace',
    title: 'of many that replace the same version one wins, and the others see what it wrote',
    async run({ store, clients, call }) {
      const all = await clients(CLIENTS)
      for (let round = 0; round < 10; round++) {
        const id = newId()
        await store.create(id, newRecord(), call())
        const commits = Array.from({ length: 12 }, () => newCommitId())
        const outcomes = await Promise.all(
          commits.map((commitId, i) => {
            const next = { data: bytesOf(commitId), idleAt: START + HOUR, commitId }
            return all[i % CLIENTS]!.replace(id, FIRST, next, call())
          }),
        )
        const won = commits.filter((_, i) => outcomes[i]!.status === 'ok')
        expected('how many have won', won.length, 1)
        const seen = outcomes.flatMap((one) => (one.status === 'conflict' ? [one.current.commitId] : []))
        expected(
          'what the others saw',
          seen,
          Array.from({ length: 11 }, () => won[0]),
        )
        const { commitId, version } = (await store.read(id, call()))!
        expected('the record', [commitId, version], [won[0], 2])
      }
    },
  },
  {
    id: 'one-create',
    title: 'of many that create the same id one does',
    async run({ store, clients, call }) {
      const all = await clients(CLIENTS)
      for (let round = 0; round < 10; round++) {
        const id = newId()
        const records = Array.from({ length: 12 }, (_, i) => newRecord({ data: bytesOf(String(i)) }))
        const answers = await Promise.all(records.map((one, i) => all[i % CLIENTS]!.create(id, one, call())))
        const made = answers.flatMap((answer, i) => (answer ? [i] : []))
        expected('how many have created it', made.length, 1)
        expected('whose data is there', numberIn(await store.read(id, call())), made[0])
      }
    },
  },
  {
    id: 'rotate-race',
    title: 'an update before a rotation is in it, and one after it is refused',
    async run({ store, clients, call }) {
      const [rotator, ...writers] = await clients(CLIENTS)
      for (let round = 0; round < 10; round++) {
        const id = newId()
        await store.create(id, newRecord(), call())
        const done: number[] = []
        const writing = begun(
          writers.map(async (one, i) => {
            done[i] = 0
            for (let n = 0; n < 300; n++) {
              // Always from the first generation, as a request that was begun before the rotation.
              const record = await one.read(id, call())
              const at = { version: record!.version, generation: 1 }
              const next = {
                data: bytesOf(String(numberIn(record) + 1)),
                idleAt: START + HOUR,
                commitId: newCommitId(),
              }
              const { status } = await one.replace(id, at, next, call())
              if (status === 'gone') return
              if (status === 'ok') done[i]++
              await pause(10) // or the rotation would hardly ever win
            }
          }),
        )
        await pause(3)
        const rotation = newRotation()
        for (let base = (await rotator!.read(id, call()))!; ;) {
          const at = { version: base.version, generation: 1 }
          const outcome = await rotator!.rotate(id, at, { ...rotation, data: base.data }, call())
          if (outcome.status === 'ok') break
          expected('the rotation', outcome.status, 'conflict')
          if (outcome.status === 'conflict') base = outcome.current
        }
        await writing
        const record = await store.read(id, call())
        const sum = done.reduce((a, b) => a + b, 0)
        expected(
          'number, version and generation',
          [numberIn(record), record?.version, record?.generation],
          [sum, sum + 2, 2],
        )
      }
    },
  },
  {
    id: 'one-rotate',
    title: 'of many that rotate the same version one wins, and the others do not write',
    async run({ store, clients, call }) {
      const all = await clients(CLIENTS)
      for (let round = 0; round < 10; round++) {
        const id = newId()
        await store.create(id, newRecord(), call())
        const rotations = Array.from({ length: 8 }, (_, i) => newRotation({ subject: `${id}-${i}` }))
        const outcomes = await Promise.all(rotations.map((one, i) => all[i % CLIENTS]!.rotate(id, FIRST, one, call())))
        expected('how many have won', outcomes.filter(({ status }) => status === 'ok').length, 1)
        const { subject, version, generation } = (await store.read(id, call()))!
        const winner = rotations[outcomes.findIndex(({ status }) => status === 'ok')]!.subject
        expected('the record', [subject, version, generation], [winner, 2, 2])
      }
    },
  },
  {
    id: 'destroy-race',
    title: 'a session that is destroyed stays so, whatever writes, touches and rotates at the same time',
    async run({ store, clients, call }) {
      const [destroyer, ...writers] = await clients(CLIENTS)
      for (let round = 0; round < 25; round++) {
        const id = newId()
        await store.create(id, newRecord(), call())
        let over = false
        // A few more when it is over: one that brings the session back must not go on for ever.
        const write = async (one: SessionStore): Promise<void> => {
          for (let after = 0; after < 5; after += over ? 1 : 0) if ((await increments(one, id, 1, call())) === 0) return
        }
        const writing = begun<unknown>(
          writers.flatMap((one, i) => [
            write(one),
            one.rotate(id, { version: 1 + i, generation: 1 }, newRotation({ subject: id }), call()),
            one.touch(id, 1, START + (2 + i) * HOUR, call()),
          ]),
        )
        await pause(2)
        const destroyed = await destroyer!.destroy(id, call()).finally(() => (over = true))
        await writing
        expected('destroy', destroyed, true)
        expected('read when all have finished', await store.read(id, call()), null)
        expected('an update', await increment(store, id, call()), 'gone')
      }
    },
  },
  {
    id: 'expiry-race',
    title: 'a session that has expired for one is not written, touched or rotated by anybody from then on',
    async run({ store, clients, call }) {
      const all = await clients(CLIENTS)
      for (let round = 0; round < 10; round++) {
        const [id, at] = [newId(), START + HOUR]
        await store.create(id, newRecord(), call())
        const answers = await Promise.all(
          all.flatMap((one) => [
            one.touch(id, 1, START + 5 * HOUR, call(at)),
            one.replace(id, FIRST, newRecord({ idleAt: START + 5 * HOUR }), call(at)).then(({ status }) => status),
            one.rotate(id, FIRST, newRotation({ idleAt: START + 5 * HOUR }), call(at)).then(({ status }) => status),
            one.destroy(id, call(at)),
          ]),
        )
        expected(
          'the answers',
          answers,
          all.flatMap(() => [false, 'gone', 'gone', false]),
        )
        expected('read', await store.read(id, call(at)), null)
      }
    },
  },
]
