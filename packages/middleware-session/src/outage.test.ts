import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { session } from './session.ts'
import { Site } from './fixtures/site.ts'
import { WatchedStore } from './fixtures/watched-store.ts'
import type { Session } from './session-handle.ts'

const schema = z.object({ n: z.number().default(0), notice: z.string().optional() })
type Data = z.infer<typeof schema>
const increment = (session: Session<Data>): void =>
  session.update((data) => {
    data.n++
  })

function setUp(onStoreError: 'throw' | 'anonymous' = 'throw') {
  const store = new WatchedStore()
  return { store, site: new Site<Data>(session({ schema, store, onStoreError, storeTimeout: 50 })) }
}

async function withSession(onStoreError?: 'throw' | 'anonymous') {
  const { store, site } = setUp(onStoreError)
  const visitor = site.visitor()
  await visitor.visit(increment)
  store.taken()
  return { store, site, visitor }
}

describe('promise 18: the store is out', () => {
  test('promise 18: a read that hangs or fails: 503 with Retry-After in bounded time, and the cookie stays', async () => {
    for (const fault of ['hang', 'error'] as const) {
      const { store, site, visitor } = await withSession()
      store.fail('read', fault)
      const start = performance.now()
      const response = await visitor.visit(increment)
      expect(performance.now() - start).toBeLessThan(1000)
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('1')
      expect(response.headers.getSetCookie()).toEqual([])
      expect(site.errors).toEqual([expect.objectContaining({ name: 'SessionStoreError' })])
      store.heal()
      expect((await visitor.data()).n).toBe(1)
    }
  })

  test('promise 18: who does not wait any more says so by the signal', async () => {
    const { store, visitor } = await withSession()
    store.fail('read', 'hang')
    await visitor.visit(increment)
    expect(store.signals.map((signal) => signal.aborted)).toEqual([true])
  })

  test('promise 18: anonymous traffic is not affected', async () => {
    const { store, site } = setUp()
    store.fail('any', 'hang')
    const response = await site.visitor().visit((session) => expect(session.data.n).toBe(0))
    expect(response.status).toBe(200)
    expect(store.taken()).toEqual([])
  })

  test("G18: onStoreError 'anonymous' goes on with an empty session that refuses writes, and leaves the cookie alone", async () => {
    const { store, site, visitor } = await withSession('anonymous')
    store.fail('read', 'error')
    const response = await visitor.visit(async (session) => {
      expect(session).toMatchObject({ isNew: true, subject: undefined })
      expect(session.data.n).toBe(0)
      expect(await session.take('notice')).toBe(undefined)
      expect(() => increment(session)).toThrow(/session store could not read/)
      expect(() => session.login('ann')).toThrow(/session store could not read/)
      expect(() => session.destroy()).toThrow(/session store could not read/)
      await expect(session.derive('csrf')).rejects.toThrow(/session store could not read/)
    })
    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('vary')).toBe('Cookie')
    expect(site.errors).toHaveLength(1)
    store.heal()
    expect((await visitor.data()).n).toBe(1)
  })

  test('promise 18: a write that cannot be made is a 503, never an answer as if it had been', async () => {
    for (const method of ['create', 'replace', 'rotate', 'destroy'] as const) {
      const { store, visitor, site } = await withSession('anonymous')
      store.fail(method, 'hang')
      const target = method === 'create' ? site.visitor() : visitor
      const response = await target.visit((session) => {
        if (method === 'destroy') session.destroy()
        else if (method === 'rotate') session.login('ann')
        else increment(session)
      })
      expect(response.status).toBe(503)
      expect(response.headers.getSetCookie()).toEqual([])
    }
  })

  test('promise 18: a touch that fails is reported and nothing else', async () => {
    const clock = { time: 0 }
    const store = new WatchedStore()
    const site = new Site<Data>(
      session({ schema, store, now: () => clock.time, idleTimeout: 1000, absoluteTimeout: 5000 }),
    )
    const visitor = site.visitor()
    await visitor.visit(increment)
    clock.time = 600
    store.fail('touch', 'error')
    expect((await visitor.visit(() => {})).status).toBe(200)
    expect(site.errors).toEqual([expect.objectContaining({ name: 'SessionStoreError' })])
  })

  test('promise 18: those who wait behind a write that hangs do not wait for each other in turn', async () => {
    const { store, visitor } = await withSession()
    store.fail('replace', 'hang')
    const start = performance.now()
    const responses = await Promise.all(Array.from({ length: 20 }, () => visitor.visit(increment)))
    expect(new Set(responses.map((response) => response.status))).toEqual(new Set([503]))
    expect(performance.now() - start).toBeLessThan(1500)
  })
})

describe('promise 19: an answer that was lost', () => {
  test('promise 19: is asked for once more, and what was applied is not applied twice', async () => {
    const { store, visitor } = await withSession()
    store.fail('replace', 'error-after-apply', 1)
    expect((await visitor.visit(increment)).status).toBe(200)
    expect(store.taken()).toEqual(['read', 'replace', 'replace'])
    expect((await visitor.data()).n).toBe(2)
  })

  test('promise 19: of a creation, a rotation and a destruction as well', async () => {
    const { store, site } = setUp()
    const visitor = site.visitor()
    store.fail('create', 'error-after-apply', 1)
    await visitor.visit(increment)
    store.fail('rotate', 'error-after-apply', 1)
    await visitor.visit((session) => {
      increment(session)
      session.login('ann')
    })
    await visitor.visit((session) => expect(session.subject).toBe('ann'))
    expect((await visitor.data()).n).toBe(2)
    store.fail('destroy', 'error-after-apply', 1)
    await visitor.visit((session) => session.destroy())
    expect(visitor.jar.size).toBe(0)
    expect(site.errors).toEqual([])
  })

  test('promise 19: when others have written since, nobody can tell, and it is an error rather than a second time', async () => {
    const shared = new WatchedStore()
    const mine = new WatchedStore(shared.inner)
    const site = new Site<Data>(session({ schema, store: mine }))
    const elsewhere = new Site<Data>(session({ schema, store: shared }))
    const visitor = site.visitor()
    await visitor.visit(increment)
    const cookie = visitor.cookie
    const others = async (): Promise<void> => {
      for (let i = 0; i < 2; i++) {
        await elsewhere.raw({ cookie }, async (_request, context) => {
          increment(await context.session.open())
          return new Response()
        })
      }
    }
    mine.fail('replace', 'error-after-apply', 1)
    const again = mine.replace.bind(mine)
    let calls = 0
    mine.replace = async (...args) => {
      if (++calls === 2) await others()
      return again(...args)
    }
    expect((await visitor.visit(increment)).status).toBe(503)
    expect((await visitor.data()).n).toBe(4)
  })

  test('promise 19: when the session was renewed since, nobody can tell, and it is not said that nothing was written', async () => {
    const shared = new WatchedStore()
    const mine = new WatchedStore(shared.inner)
    const site = new Site<Data>(session({ schema, store: mine }))
    const elsewhere = new Site<Data>(session({ schema, store: shared }))
    const visitor = site.visitor()
    await visitor.visit(increment)
    const other = elsewhere.visitor()
    for (const [name, value] of visitor.jar) other.jar.set(name, value)
    mine.fail('replace', 'error-after-apply', 1)
    const again = mine.replace.bind(mine)
    let calls = 0
    mine.replace = async (...args) => {
      if (++calls === 2) await other.visit((session) => session.rotate())
      return again(...args)
    }
    let failed: unknown
    await visitor.visit(async (session) => {
      increment(session)
      await session.commit().catch((error: unknown) => (failed = error))
    })
    expect(failed).toMatchObject({ name: 'SessionStoreError', message: expect.stringContaining('not known whether') })
    expect((await other.data()).n).toBe(2)
  })

  test('promise 19: when one other has written first, ours was not, and is repeated on the newer data', async () => {
    const shared = new WatchedStore()
    const mine = new WatchedStore(shared.inner)
    const site = new Site<Data>(session({ schema, store: mine }))
    const elsewhere = new Site<Data>(session({ schema, store: shared }))
    const visitor = site.visitor()
    await visitor.visit(increment)
    mine.fail('replace', 'error', 1)
    const again = mine.replace.bind(mine)
    let calls = 0
    mine.replace = async (...args) => {
      if (++calls === 1) {
        await elsewhere.raw({ cookie: visitor.cookie }, async (_request, context) => {
          increment(await context.session.open())
          return new Response()
        })
      }
      return again(...args)
    }
    expect((await visitor.visit(increment)).status).toBe(200)
    expect((await visitor.data()).n).toBe(3)
  })
})
