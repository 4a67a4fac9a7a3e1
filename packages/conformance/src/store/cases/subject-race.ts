import { begun } from '../begun.ts'
import { expected } from '../../middleware/expected.ts'
import { newId, newRecord, newRotation } from '../records.ts'
import { pause, turn } from '../increment.ts'
import type { SessionStore, StoreCall } from '../session-store.ts'
import type { StoreCase } from '../case.ts'

const FIRST = { version: 1, generation: 1 }

/** The index by subject while sessions come, go and change hands. */
export const subjectRaceCases: readonly StoreCase[] = [
  {
    id: 'list-race',
    needs: 'bySubject',
    title: 'list misses no session whose login was acknowledged before it, during many other logins and logouts',
    async run({ clients, call }) {
      const ann = `ann ${newId()}`
      const [lister, ...others] = await clients(4)
      const known = new Set<string>()
      const working = begun(
        others.map(async (one, i) => {
          for (let n = 0; n < 30; n++, await turn()) {
            const id = await login(one, ann, n % 2 === 0, call())
            if (n % 3 === i % 3) await one.destroy(id, call())
            else known.add(id)
          }
        }),
      )
      let done = false
      void working.then(
        () => (done = true),
        () => (done = true),
      )
      for (let last = false; !last;) {
        last = done
        const before = [...known]
        const listed = new Set(await lister!.bySubject!.list(ann, call()))
        expected(
          'those that list misses',
          before.filter((id) => !listed.has(id)),
          [],
        )
        await pause(2)
      }
      await working
    },
  },
  {
    id: 'destroy-all-race',
    needs: 'bySubject',
    title: 'destroyAll during many logins leaves no session that was acknowledged before it, and list none of the rest',
    async run({ store, clients, call }) {
      const [destroyer, ...others] = await clients(4)
      for (let round = 0; round < 8; round++) {
        const ann = `ann ${newId()}`
        const early = await Promise.all(others.map((one, i) => login(one, ann, i % 2 === 0, call())))
        const logins = begun(
          others.flatMap((one) =>
            Array.from({ length: 5 }, async (_, i) => {
              await pause(5)
              return login(one, ann, i % 2 === 0, call())
            }),
          ),
        )
        await pause(2)
        await destroyer!.bySubject!.destroyAll(ann, null, call())
        for (const id of early) expected('a session from before', await store.read(id, call()), null)
        const late = await logins
        const left: string[] = []
        for (const id of late) if ((await store.read(id, call())) !== null) left.push(id)
        const listed = await store.bySubject!.list(ann, call())
        expected(
          'the live ones that list misses',
          left.filter((id) => !listed.includes(id)),
          [],
        )
        await destroyer!.bySubject!.destroyAll(ann, null, call())
        for (const id of late) expected('a session after all logins', await store.read(id, call()), null)
      }
    },
  },
  {
    id: 'destroy-all-updates',
    needs: 'bySubject',
    title: 'no update and no renewal brings back what destroyAll has ended',
    async run({ store, clients, call }) {
      const [destroyer, ...others] = await clients(4)
      for (let round = 0; round < 8; round++) {
        const [ann, id] = [`ann ${newId()}`, newId()]
        await store.create(id, newRecord({ subject: ann }), call())
        const writing = begun(
          others.map(async (one) => {
            for (let record = await one.read(id, call()); record !== null; record = await one.read(id, call())) {
              const { version, generation } = record
              await one.rotate(id, { version, generation }, newRotation({ subject: ann }), call())
              await one.replace(id, { version, generation }, newRecord(), call())
              await turn()
            }
          }),
        )
        await pause(3)
        await destroyer!.bySubject!.destroyAll(ann, null, call())
        expected('read', await store.read(id, call()), null)
        await writing
      }
    },
  },
  {
    id: 'rebind-race',
    needs: 'bySubject',
    title: "a session that is given to another at the moment of destroyAll is either ended before or the other's after",
    async run({ store, clients, call }) {
      const [destroyer, rotator] = await clients(2)
      for (let round = 0; round < 20; round++) {
        const [ann, ben, id] = [`ann ${newId()}`, `ben ${newId()}`, newId()]
        await store.create(id, newRecord({ subject: ann }), call())
        const [count, outcome] = await Promise.all([
          destroyer!.bySubject!.destroyAll(ann, null, call()),
          rotator!.rotate(id, FIRST, newRotation({ subject: ben }), call()),
        ])
        const record = await store.read(id, call())
        const ended = outcome.status === 'gone'
        expected(
          'the end: ended, subject, count',
          [outcome.status, record?.subject, count],
          ended ? ['gone', undefined, 1] : ['ok', ben, 0],
        )
        expected("whether it is among ben's", (await store.bySubject!.list(ben, call())).includes(id), !ended)
      }
    },
  },
  {
    id: 'back-and-forth',
    needs: 'bySubject',
    title: 'a session that is handed back and forth by several is among those of whom it ends with',
    async run({ store, clients, call }) {
      const all = await clients(3)
      for (let round = 0; round < 10; round++) {
        const names = [`ann ${newId()}`, `ben ${newId()}`]
        const id = newId()
        await store.create(id, newRecord({ subject: names[0]! }), call())
        await Promise.all(
          all.map(async (one, i) => {
            for (let n = 0; n < 6; n++) {
              const { version, generation } = (await one.read(id, call()))!
              await one.rotate(id, { version, generation }, newRotation({ subject: names[(n + i) % 2]! }), call())
            }
          }),
        )
        const { subject } = (await store.read(id, call()))!
        expected('whether list finds it', (await store.bySubject!.list(subject!, call())).includes(id), true)
        expected('how many are ended', await store.bySubject!.destroyAll(subject!, null, call()), 1)
      }
    },
  },
]

/** A login as a new session, or of one that exists. */
async function login(store: SessionStore, subject: string, fresh: boolean, call: StoreCall): Promise<string> {
  const id = newId()
  expected('create', await store.create(id, newRecord({ subject: fresh ? subject : null }), call), true)
  if (fresh) return id
  const { status } = await store.rotate(id, FIRST, newRotation({ subject }), call)
  expected('the login', status, 'ok')
  return id
}
