import { answered, attempt, unanswered } from '../attempt.ts'
import { bytesOf, HOUR, newCommitId, newId, newRecord, newRotation, shown, START } from '../records.ts'
import { expected } from '../../middleware/expected.ts'
import { numberIn, pause } from '../increment.ts'
import type { FaultyStore } from '../host.ts'
import type { SessionStore, StoreCall } from '../session-store.ts'
import type { StoreBench, StoreCase } from '../case.ts'

const FIRST = { version: 1, generation: 1 }

/** The way to the backend is disturbed: nothing is applied twice, nothing is invented, and it goes on afterwards. */
export const faultCases: readonly StoreCase[] = [
  {
    id: 'lost-create',
    needs: 'faults',
    title: 'a creation whose answer was lost is repeated, and has happened once',
    async run(bench) {
      const record = newRecord({ subject: 'ann' })
      await lost(
        bench,
        (store, id, call) => store.create(id, record, call),
        true,
        async (id) => {
          const seen = shown(await bench.store.read(id, bench.call()))
          expected('the record', seen, shown({ ...record, version: 1, generation: 1 }))
        },
        false,
      )
    },
  },
  {
    id: 'lost-replace',
    needs: 'faults',
    title: 'a replacement whose answer was lost is repeated, and has happened once',
    async run(bench) {
      const next = { data: bytesOf('7'), idleAt: START + HOUR, commitId: newCommitId() }
      await lost(
        bench,
        (store, id, call) => store.replace(id, FIRST, next, call),
        { status: 'ok' },
        async (id) => {
          const record = await bench.store.read(id, bench.call())
          expected('number and version', [numberIn(record), record?.version], [7, 2])
        },
      )
    },
  },
  {
    id: 'lost-rotate',
    needs: 'faults',
    title: 'a rotation whose answer was lost is repeated, and has happened once',
    async run(bench) {
      const next = newRotation({ subject: `ann ${newId()}` })
      await lost(
        bench,
        (store, id, call) => store.rotate(id, FIRST, next, call),
        { status: 'ok' },
        async (id) => {
          const record = await bench.store.read(id, bench.call())
          expected(
            'version, generation, subject',
            [record?.version, record?.generation, record?.subject],
            [2, 2, next.subject],
          )
          const listed = await bench.store.bySubject?.list(next.subject!, bench.call())
          expected('whether list finds it', listed?.includes(id) ?? true, true)
        },
      )
    },
  },
  {
    id: 'lost-destroy',
    needs: 'faults',
    title: 'a destruction whose answer was lost can be repeated, and the session is gone',
    async run(bench) {
      await lost(
        bench,
        async (store, id, call) => typeof (await store.destroy(id, call)),
        'boolean',
        async (id) => {
          expected('read', await bench.store.read(id, bench.call()), null)
        },
      )
    },
  },
  {
    id: 'lost-updates',
    needs: 'faults',
    title: 'N updates whose answers get lost, each repeated until it is answered, change the data exactly N times',
    async run(bench) {
      const faulty = await warm(bench)
      await updates(bench, faulty.store, async (n, update) => {
        if (n % 3 !== 0) return answered(update)
        faulty.loseAnswers()
        await unanswered('an update', update)
        faulty.heal()
        return answered(update)
      })
    },
  },
  {
    id: 'cut-updates',
    needs: 'faults',
    title: 'N updates while connections are cut, each repeated until it is answered, change the data exactly N times',
    async run(bench) {
      const faulty = await warm(bench)
      await updates(bench, faulty.store, async (n, update, isApplied) => {
        if (n % 2 === 0) return answered(update)
        const waits = n % 4 === 1 // else it is cut whenever that may be
        if (waits) faulty.loseAnswers()
        let isOver = false
        const first = attempt(update).finally(() => (isOver = true))
        do await pause(3)
        while (waits && !isOver && !(await isApplied()))
        faulty.cut()
        faulty.heal()
        return (await first)?.answer ?? answered(update)
      })
    },
  },
  {
    id: 'hang',
    needs: 'faults',
    title: 'a backend that says nothing is not taken for one that has nothing, and what is asked later is answered',
    run: (bench) => invented(bench, (faulty) => faulty.hang()),
  },
  {
    id: 'refuse',
    needs: 'faults',
    title:
      'a backend that cannot be reached is not taken for one that has nothing, and what is asked later is answered',
    run: (bench) => invented(bench, (faulty) => faulty.refuse()),
  },
  {
    id: 'reconnect',
    needs: 'faults',
    title: 'a store whose connections were cut goes on by itself',
    async run(bench) {
      const faulty = await warm(bench)
      const id = newId()
      await bench.store.create(id, newRecord(), bench.call())
      for (let round = 0; round < 5; round++) {
        faulty.cut()
        const record = await answered((call) => faulty.store.read(id, call))
        expected('read', record?.version, 1)
      }
    },
  },
]

/** A disturbable client that has done everything once, so that it is connected and knows what it must. */
async function warm(bench: StoreBench): Promise<FaultyStore> {
  const faulty = await bench.faulty()
  const { store } = faulty
  const [id, call] = [newId(), bench.call()]
  await store.create(id, newRecord(), call)
  await store.read(id, call)
  await store.replace(id, FIRST, newRecord(), call)
  await store.rotate(id, { version: 2, generation: 1 }, newRotation({ subject: id }), call)
  await store.touch(id, 2, START + 2 * HOUR, call)
  await store.destroy(id, call)
  return faulty
}

/** Asks for something whose answer gets lost, then again; `wanted` is the second answer. */
async function lost(
  bench: StoreBench,
  ask: (store: SessionStore, id: string, call: StoreCall) => Promise<unknown>,
  wanted: unknown,
  check: (id: string) => Promise<void>,
  there = true,
): Promise<void> {
  const faulty = await warm(bench)
  for (let round = 0; round < 3; round++) {
    const id = newId()
    if (there) await bench.store.create(id, newRecord(), bench.call())
    const work = (call: StoreCall): Promise<unknown> => ask(faulty.store, id, call)
    faulty.loseAnswers()
    await unanswered('what was asked while answers get lost', work)
    faulty.heal()
    expected('the answer to the repetition', await answered(work), wanted)
    await check(id)
  }
}

/** Thirty updates by one writer, each done by `tried`, then the sum. */
async function updates(
  bench: StoreBench,
  store: SessionStore,
  tried: <T>(n: number, update: (call: StoreCall) => Promise<T>, isApplied: () => Promise<boolean>) => Promise<T>,
): Promise<void> {
  const id = newId()
  await bench.store.create(id, newRecord(), bench.call())
  for (let n = 0; n < 30; n++) {
    const next = { data: bytesOf(String(n + 1)), idleAt: START + HOUR, commitId: newCommitId() }
    const at = { version: n + 1, generation: 1 }
    const update = (call: StoreCall): ReturnType<SessionStore['replace']> => store.replace(id, at, next, call)
    const isApplied = async (): Promise<boolean> => (await bench.store.read(id, bench.call()))?.version === n + 2
    expected(`update ${n}`, await tried(n, update, isApplied), { status: 'ok' })
  }
  const record = await bench.store.read(id, bench.call())
  expected('number and version', [numberIn(record), record?.version], [30, 31])
}

/** While it is disturbed a store may fail or wait, but gives no answer. Afterwards it gives the right ones. */
async function invented(bench: StoreBench, disturb: (faulty: FaultyStore) => void): Promise<void> {
  const faulty = await warm(bench)
  const { store } = faulty
  const [id, subject] = [newId(), `ann ${newId()}`]
  await bench.store.create(id, newRecord({ subject }), bench.call())
  disturb(faulty)
  const next = { data: bytesOf('1'), idleAt: START + HOUR, commitId: newCommitId() }
  await Promise.all([
    unanswered('read', (call) => store.read(id, call)),
    unanswered('create', (call) => store.create(newId(), newRecord(), call)),
    unanswered('replace', (call) => store.replace(id, FIRST, next, call)),
    unanswered('rotate', (call) => store.rotate(newId(), FIRST, newRotation(), call)),
    unanswered('touch', (call) => store.touch(id, 1, START + 2 * HOUR, call)),
    unanswered('destroy', (call) => store.destroy(newId(), call)),
    ...(store.bySubject === undefined
      ? []
      : [
          unanswered('list', (call) => store.bySubject!.list(subject, call)),
          unanswered('destroyAll', (call) => store.bySubject!.destroyAll(newId(), null, call)),
        ]),
  ])
  faulty.heal()
  expected('replace', await answered((call) => store.replace(id, FIRST, next, call)), { status: 'ok' })
  expected('read', numberIn(await answered((call) => store.read(id, call))), 1)
  expected('the version', (await attempt((call) => bench.store.read(id, call)))?.answer?.version, 2)
}
