import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { session } from './session.ts'
import { Site } from './fixtures/site.ts'
import { WatchedStore } from './fixtures/watched-store.ts'

const schema = z.object({ device: z.string().optional(), n: z.number().default(0) })
type Data = z.infer<typeof schema>

function setUp() {
  const clock = { time: 1000 }
  const store = new WatchedStore()
  const middleware = session({ schema, store, now: () => clock.time, idleTimeout: 1000, absoluteTimeout: 5000 })
  const site = new Site<Data>(middleware)
  const login = async (subject: string, device: string) => {
    const visitor = site.visitor()
    let handle: string | undefined
    await visitor.visit(async (session) => {
      session.set('device', device)
      session.login(subject)
      await session.commit()
      ;({ handle } = session)
    })
    return { visitor, handle: handle! }
  }
  return { clock, store, site, sessions: middleware.sessions, login }
}

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

test('list gives the live sessions of a subject with their data', async () => {
  const { sessions, login, clock } = setUp()
  const phone = await login('ann', 'phone')
  clock.time += 10
  const laptop = await login('ann', 'laptop')
  await login('ben', 'tablet')
  expect(await all(sessions.list('ann'))).toEqual([
    { handle: phone.handle, subject: 'ann', createdAt: 1000, expiresAt: 2000, data: { device: 'phone', n: 0 } },
    { handle: laptop.handle, subject: 'ann', createdAt: 1010, expiresAt: 2010, data: { device: 'laptop', n: 0 } },
  ])
  clock.time = 2000
  expect((await all(sessions.list('ann'))).map((info) => info.data?.device)).toEqual(['laptop'])
  expect(await all(sessions.list('nobody'))).toEqual([])
})

test('destroy ends one session by its handle, which is no token', async () => {
  const { sessions, login, site } = setUp()
  const { visitor, handle } = await login('ann', 'phone')
  const thief = site.visitor()
  thief.jar.set('__Host-id', handle)
  await thief.visit((session) => expect(session.isNew).toBe(true))
  expect(await sessions.destroy(handle)).toBe(true)
  expect(await sessions.destroy(handle)).toBe(false)
  await visitor.visit((session) => expect(session.isNew).toBe(true))
})

test('destroyAll ends every session of a subject but one, in the middle of their requests too', async () => {
  const { sessions, login, site } = setUp()
  const here = await login('ann', 'here')
  const there = await login('ann', 'there')
  const other = await login('ben', 'other')
  await there.visitor.visit(async (session) => {
    session.update((data) => {
      data.n++
    })
    expect(await sessions.destroyAll('ann', { except: here.handle })).toBe(1)
  })
  expect(site.errors).toEqual([expect.objectContaining({ name: 'SessionGoneError' })])
  await there.visitor.visit((session) => expect(session.isNew).toBe(true))
  await here.visitor.visit((session) => expect(session.subject).toBe('ann'))
  await other.visitor.visit((session) => expect(session.subject).toBe('ben'))
  expect(await sessions.destroyAll('ann')).toBe(1)
  expect(await all(sessions.list('ann'))).toEqual([])
})

describe('promise 15: log out everywhere', () => {
  test('promise 15: during many logins it leaves none that was listed before, and the list misses no live session', async () => {
    const { sessions, login, site } = setUp()
    for (let round = 0; round < 20; round++) {
      const early = await Promise.all(Array.from({ length: 5 }, (_, i) => login('ann', `early ${i}`)))
      const listed = (await all(sessions.list('ann'))).map((info) => info.handle)
      expect(listed).toEqual(expect.arrayContaining(early.map(({ handle }) => handle)))
      const [late] = await Promise.all([
        Promise.all(Array.from({ length: 5 }, (_, i) => login('ann', `late ${i}`))),
        sessions.destroyAll('ann'),
      ])
      const left = (await all(sessions.list('ann'))).map((info) => info.handle)
      expect(left.filter((handle) => listed.includes(handle))).toEqual([])
      for (const { visitor, handle } of late) {
        await visitor.visit((session) => expect(session.isNew).toBe(!left.includes(handle)))
      }
      await sessions.destroyAll('ann')
    }
    expect(site.errors).toEqual([])
  })

  test("G15: a session that was rebound to another subject is the other's", async () => {
    const { sessions, login } = setUp()
    const { visitor } = await login('ann', 'shared')
    await visitor.visit((session) => session.login('ben'))
    expect(await sessions.destroyAll('ann')).toBe(0)
    await visitor.visit((session) => expect(session.subject).toBe('ben'))
  })
})

test('sweep removes what has expired', async () => {
  const { sessions, login, clock } = setUp()
  await login('ann', 'a')
  await login('ann', 'b')
  clock.time += 1000
  expect(await sessions.sweep(1)).toBe(1)
  expect(await sessions.sweep()).toBe(1)
  expect(await sessions.sweep()).toBe(0)
})
