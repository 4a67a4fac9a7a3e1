import { bytesOf, HOUR, newCommitId, newId, newRecord, newRotation, START } from '../records.ts'
import { expected } from '../../middleware/expected.ts'
import type { SessionStore, StoreCall } from '../session-store.ts'
import type { StoreCase } from '../case.ts'

const FIRST = { version: 1, generation: 1 }

/** Finding and ending the sessions of a subject. */
export const subjectCases: readonly StoreCase[] = [
  {
    id: 'list',
    needs: 'bySubject',
    title: 'list gives the ids of the live sessions of a subject, however they came to be its',
    async run({ store, call }) {
      const [ann, ben] = [`ann ${newId()}`, `ben ${newId()}`]
      const [created, loggedIn, written, moved, left] = [newId(), newId(), newId(), newId(), newId()]
      for (const id of [created, written, moved, left]) await store.create(id, newRecord({ subject: ann }), call())
      await store.create(loggedIn, newRecord(), call())
      await store.rotate(loggedIn, FIRST, newRotation({ subject: ann }), call())
      const next = { data: bytesOf('next'), idleAt: START + HOUR, commitId: newCommitId() }
      await store.replace(written, FIRST, next, call())
      await store.rotate(moved, FIRST, newRotation({ subject: ben }), call())
      await store.rotate(left, FIRST, newRotation({ subject: null }), call())
      expected("ann's", await live(store, ann, call()), [created, loggedIn, written].toSorted())
      expected("ben's", await live(store, ben, call()), [moved])
      expected("nobody's", await store.bySubject!.list(newId(), call()), [])
      await store.destroy(created, call())
      expected("ann's after one ended", await live(store, ann, call()), [loggedIn, written].toSorted())
    },
  },
  {
    id: 'list-again',
    needs: 'bySubject',
    title: 'list misses no session that was renewed for the same subject, or came back to it',
    async run({ store, call }) {
      const [ann, ben] = [`ann ${newId()}`, `ben ${newId()}`]
      const id = newId()
      await store.create(id, newRecord({ subject: ann }), call())
      for (const [i, subject] of [ann, ann, ben, ann, null, ann].entries()) {
        const at = { version: i + 1, generation: i + 1 }
        const rotation = newRotation({ subject })
        for (const time of ['first', 'second'])
          expected(`rotate, the ${time} time`, await store.rotate(id, at, rotation, call()), { status: 'ok' })
        expected("ann's", await live(store, ann, call()), subject === ann ? [id] : [])
        expected("ben's", await live(store, ben, call()), subject === ben ? [id] : [])
      }
    },
  },
  {
    id: 'list-touched',
    needs: 'bySubject',
    title: 'list misses no session that lives on because it was touched',
    async run({ store, call }) {
      const [ann, id] = [`ann ${newId()}`, newId()]
      await store.create(id, newRecord({ subject: ann }), call())
      for (let hour = 1; hour < 9; hour++) {
        const now = START + hour * HOUR - 1
        await store.touch(id, 1, START + (hour + 1) * HOUR, call(now))
        expected(`ann's at hour ${hour}`, await live(store, ann, call(now + 1)), [id])
      }
    },
  },
  {
    id: 'subjects',
    needs: 'bySubject',
    title: 'subjects are told apart by every character, its case and its form, and come back as they were',
    async run({ store, call }) {
      const salt = newId()
      const names = ['ann', 'Ann', 'ann ', ' ann', 'é', 'e\u0301', 'o\'hara "x" {tag} % _ \\ :', '💥', 'a'.repeat(300)]
      const ids = await Promise.all(
        names.map(async (name) => {
          const id = newId()
          await store.create(id, newRecord({ subject: salt + name }), call())
          return id
        }),
      )
      for (const [i, name] of names.entries()) {
        expected(`the subject ${name}`, (await store.read(ids[i]!, call()))?.subject, salt + name)
        expected(`the sessions of ${name}`, await live(store, salt + name, call()), [ids[i]])
      }
    },
  },
  {
    id: 'destroy-all',
    needs: 'bySubject',
    title: 'destroyAll ends every session of a subject but one, and of nobody else, and counts those that were live',
    async run({ store, call }) {
      const [ann, ben] = [`ann ${newId()}`, `ben ${newId()}`]
      const ids = Array.from({ length: 6 }, newId)
      const [first, second, kept, expired, moved, other] = ids as [string, string, string, string, string, string]
      for (const id of [first, second, kept, moved])
        await store.create(id, newRecord({ subject: ann, idleAt: START + 5 * HOUR }), call())
      await store.create(expired, newRecord({ subject: ann }), call())
      await store.create(other, newRecord({ subject: ben, idleAt: START + 5 * HOUR }), call())
      await store.rotate(moved, FIRST, newRotation({ subject: ben, idleAt: START + 5 * HOUR }), call())
      const later = call(START + HOUR)
      expected('how many', await store.bySubject!.destroyAll(ann, kept, later), 2)
      const read = await Promise.all(ids.map(async (id) => (await store.read(id, later)) !== null))
      expected('which are left', read, [false, false, true, false, true, true])
      expected("ann's", await live(store, ann, later), [kept])
      expected('how many without an exception', await store.bySubject!.destroyAll(ann, null, later), 1)
      expected('how many the third time', await store.bySubject!.destroyAll(ann, null, later), 0)
      expected("ben's", await live(store, ben, later), [moved, other].toSorted())
    },
  },
]

/** What list gives, without those that it may name as well: sessions that are gone or another's. */
async function live(store: SessionStore, subject: string, call: StoreCall): Promise<string[]> {
  const ids = await store.bySubject!.list(subject, call)
  expected('whether list names a session twice', new Set(ids).size, ids.length)
  const records = await Promise.all(ids.map((id) => store.read(id, call)))
  return ids.filter((_, i) => records[i]?.subject === subject).toSorted()
}
