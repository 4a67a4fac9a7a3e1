import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { stack, toFetch } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { gate, WatchedStore } from './fixtures/watched-store.ts'
import { memory } from './memory-store.ts'
import { session } from './session.ts'
import { Site } from './fixtures/site.ts'
import type { Session } from './session-handle.ts'

const schema = z.object({
  n: z.number().default(0),
  notice: z.string().optional(),
  theme: z.string().optional(),
  cart: z.array(z.string()).default([]),
})
type Data = z.infer<typeof schema>
const increment = (session: Session<Data>): void =>
  session.update((data) => {
    data.n++
  })

function setUp(options: Partial<Parameters<typeof session<typeof schema>>[0]> = {}) {
  const clock = { time: Date.UTC(2030, 0, 1) }
  const store = new WatchedStore()
  const middleware = session({ schema, now: () => clock.time, ...options, store })
  return { clock, store, middleware, site: new Site<Data>(middleware) }
}

describe('promise 1: no update is lost', () => {
  test('promise 1: 400 parallel updates of one session give exactly 400', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => session.set('theme', 'dark'))
    store.taken()
    const all = await Promise.all(Array.from({ length: 400 }, () => visitor.visit(increment)))
    expect(all.every((response) => response.status === 200)).toBe(true)
    const writes = store.taken().filter((call) => call === 'replace').length
    expect(await visitor.data()).toEqual({ n: 400, theme: 'dark', cart: [] })
    expect(writes).toBeLessThanOrEqual(400)
  })

  test('promise 1: several processes over one store lose none either, and nobody gives up after a number of tries', async () => {
    const shared = new WatchedStore()
    const processes = Array.from({ length: 8 }, () => new Site<Data>(session({ schema, store: shared })))
    const first = processes[0]!.visitor()
    await first.visit(increment)
    const headers = { cookie: first.cookie }
    const responses = await Promise.all(
      Array.from({ length: 400 }, (_, i) =>
        processes[i % 8]!.raw(headers, async (_request, context) => {
          increment(await context.session.open())
          return new Response()
        }),
      ),
    )
    expect(responses.map((response) => response.status).filter((status) => status !== 200)).toEqual([])
    expect((await first.data()).n).toBe(401)
  })

  test('what a change has made is what is kept: it is made again only on what another has written meanwhile', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    let runs = 0
    const write = async (meanwhile?: () => Promise<unknown>): Promise<string | undefined> => {
      let shown: string | undefined
      await visitor.visit(async (session) => {
        session.update((data) => void (data.theme = `made ${++runs}`))
        shown = session.data.theme
        await meanwhile?.()
      })
      return shown
    }
    expect([await write(), (await visitor.data()).theme]).toEqual(['made 1', 'made 1']) // a new session
    expect([await write(), (await visitor.data()).theme]).toEqual(['made 2', 'made 2'])
    expect(await write(() => visitor.clone().visit(increment))).toBe('made 3')
    expect(await visitor.data()).toEqual({ n: 1, theme: 'made 4', cart: [] })
  })

  test('all that wait for one session are written together', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const slow = gate()
    store.fail('replace', slow.opened, 1)
    store.taken()
    const visits = Array.from({ length: 50 }, () => visitor.visit(increment))
    await expect.poll(() => store.calls.filter((call) => call === 'read').length).toBe(50)
    await expect.poll(() => store.calls.includes('replace')).toBe(true)
    slow.open()
    await Promise.all(visits)
    expect(store.taken().filter((call) => call === 'replace').length).toBeLessThan(10)
    expect((await visitor.data()).n).toBe(51)
  })
})

describe('promise 2: blind writes', () => {
  test('promise 2: writes to different keys all survive', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    await Promise.all([
      visitor.visit((session) => session.set('theme', 'dark')),
      visitor.visit((session) => session.set('notice', 'hello')),
      visitor.visit((session) => session.set('cart', ['apple'])),
    ])
    expect(await visitor.data()).toEqual({ n: 1, theme: 'dark', notice: 'hello', cart: ['apple'] })
  })

  test('promise 2: a key that was read and then set, while another request changed it, is an error and loses nothing', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit(async (session) => {
      const seen = session.data.n
      await visitor.clone().visit(increment)
      session.set('n', seen + 100)
    })
    expect(response.status).toBe(500)
    expect(site.errors).toEqual([expect.objectContaining({ name: 'SessionConflictError', key: 'n' })])
    expect((await visitor.data()).n).toBe(2)
  })

  test('promise 2: another key that changed meanwhile does not matter', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => session.set('theme', 'light'))
    await visitor.visit(async (session) => {
      expect(session.data.theme).toBe('light')
      await visitor.clone().visit(increment)
      session.set('theme', 'dark')
    })
    expect(await visitor.data()).toEqual({ n: 1, theme: 'dark', cart: [] })
  })

  test('promise 2: what an own update changed between reading and setting is no conflict', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => {
      expect(session.data.n).toBe(0)
      increment(session)
      session.set('n', session.data.n * 10)
    })
    expect((await visitor.data()).n).toBe(10)
  })

  test('promise 2: a key read before a commit that found it changed must be read again before it is set', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    await visitor.visit(async (session) => {
      const { data } = session
      expect(data.n).toBe(1)
      await visitor.clone().visit(increment)
      session.set('theme', 'dark')
      await session.commit()
      expect(() => session.set('n', data.n + 1)).toThrow(/'n' was changed by another request/)
      session.set('n', session.data.n + 1)
    })
    expect((await visitor.data()).n).toBe(3)
  })
})

describe('promise 3: what has ended stays so', () => {
  test('promise 3: 8 slow writers against destroy, many rounds: never back, and the writers are told', async () => {
    const { site, store, clock } = setUp()
    for (let round = 0; round < 100; round++) {
      const visitor = site.visitor()
      await visitor.visit((session) => session.login('ann'))
      const writers = Array.from({ length: 8 }, (_, i) =>
        visitor.clone().visit(async (session) => {
          if (i % 2 === 0) await Promise.resolve()
          if (i === 3) session.rotate()
          increment(session)
        }),
      )
      await Promise.all([...writers, visitor.clone().visit((session) => session.destroy())])
      const [selector] = visitor.cookie.split('=')[1]!.split('.')
      expect(await store.inner.read(selector!, { now: clock.time, signal: new AbortController().signal })).toBe(null)
    }
    expect(await store.bySubject.list('ann', { now: clock.time, signal: new AbortController().signal })).toEqual([])
  })

  test('promise 3: a write that finds the session destroyed is dropped, reported, and starts no new session', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit(async (session) => {
      increment(session)
      await visitor.clone().visit((other) => other.destroy())
    })
    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(site.errors).toEqual([expect.objectContaining({ name: 'SessionGoneError' })])
    await visitor.visit((session) => expect(session.isNew).toBe(true))
  })

  test('promise 3: an explicit commit that finds the session gone rejects, and later writes begin no new session', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    await visitor.visit(async (session) => {
      await visitor.clone().visit((other) => other.destroy())
      increment(session)
      await expect(session.commit()).rejects.toMatchObject({ name: 'SessionGoneError' })
      expect(() => increment(session)).toThrow(/was ended or renewed/)
    })
    expect(site.errors).toEqual([])
  })

  test('promise 3: a login that finds the session gone is an error, never an answer that says otherwise', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit(async (session) => {
      session.login('ann')
      await visitor.clone().visit((other) => other.destroy())
    })
    expect(response.status).toBe(500)
  })
})

describe('promise 4: ids that were not issued', () => {
  test('promise 4: none is adopted, none costs a write, and what cannot be a token costs no call at all', async () => {
    const { site, store } = setUp()
    const selector = 'A'.repeat(22)
    const verifier = 'B'.repeat(43)
    for (const value of [
      '',
      'x',
      `${selector}.${verifier}x`,
      `${selector}${verifier}`,
      `${selector}.${'é'.repeat(43)}`,
      '../../etc/passwd',
    ]) {
      const visitor = site.visitor()
      visitor.jar.set('__Host-id', encodeURIComponent(value))
      await visitor.visit((session) => expect(session.isNew).toBe(true))
    }
    expect(store.taken()).toEqual([])
    const visitor = site.visitor()
    visitor.jar.set('__Host-id', `${selector}.${verifier}`)
    await visitor.visit((session) => expect(session.isNew).toBe(true))
    expect(store.taken()).toEqual(['read'])
    await visitor.visit(increment)
    expect(visitor.jar.get('__Host-id')).not.toContain(selector)
  })

  test('promise 4: the right selector with another verifier is nobody', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const [selector, verifier] = visitor.jar.get('__Host-id')!.split('.')
    const thief = site.visitor()
    thief.jar.set('__Host-id', `${selector}.${verifier!.slice(0, -2)}AA`)
    store.taken()
    await thief.visit((session) => {
      expect(session.isNew).toBe(true)
      expect(session.data.n).toBe(0)
      session.destroy()
    })
    expect(store.taken()).toEqual(['read'])
    expect((await visitor.data()).n).toBe(1)
  })
})

describe('promise 5: rotation and login', () => {
  test('promise 5: after login the old token is dead, the data is kept, and the handle stays', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const attacker = visitor.clone()
    let handle: string | undefined
    await visitor.visit((session) => {
      ;({ handle } = session)
      session.login('ann')
      expect(session.subject).toBe('ann')
    })
    await visitor.visit((session) => {
      expect(session).toMatchObject({ subject: 'ann', isNew: false, handle })
      expect(session.data.n).toBe(1)
    })
    await attacker.visit((session) => expect(session).toMatchObject({ isNew: true, subject: undefined }))
  })

  test('promise 5: a write begun under the token from before the login does not land in the session after it', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const attacker = visitor.clone()
    await attacker.visit(async (session) => {
      session.set('notice', 'poison')
      await visitor.visit((mine) => mine.login('ann'))
    })
    expect(site.errors).toEqual([expect.objectContaining({ name: 'SessionGoneError' })])
    expect(await visitor.data()).toEqual({ n: 1, cart: [] })
  })

  test('promise 5: nor does one that waited in this process while the login was being written', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const attacker = visitor.clone()
    const slow = gate()
    store.fail('rotate', slow.opened, 1)
    const login = visitor.visit((session) => session.login('ann'))
    await expect.poll(() => store.calls.includes('rotate')).toBe(true)
    let queued = false
    const poison = attacker.visit(async (session) => {
      session.set('notice', 'poison')
      const commit = session.commit()
      queued = true
      await expect(commit).rejects.toMatchObject({ name: 'SessionGoneError' })
    })
    await expect.poll(() => queued).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 5)) // into the line
    slow.open()
    await Promise.all([login, poison])
    expect(await visitor.data()).toEqual({ n: 1, cart: [] })
  })

  test('promise 5: in one line, what came before a rotation is kept, the rotation happens, and what came after is refused', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const attacker = visitor.clone()
    const slow = gate()
    store.fail('replace', slow.opened, 1)
    const first = visitor.clone().visit(increment)
    await expect.poll(() => store.calls.includes('replace')).toBe(true)
    const line: Promise<unknown>[] = []
    const opened = await Promise.all(
      [increment, (session: Session<Data>) => session.login('ann'), increment].map(async (change, index) => {
        const ready = gate()
        const go = gate()
        const visit = (index === 1 ? visitor : visitor.clone()).visit(async (session) => {
          ready.open()
          await go.opened
          change(session)
          await session.commit().catch(() => {})
        })
        line.push(visit)
        await ready.opened
        return go
      }),
    )
    for (const go of opened) {
      go.open()
      await new Promise((resolve) => setTimeout(resolve, 5)) // one after the other
    }
    slow.open()
    await Promise.all([first, ...line])
    await attacker.visit((session) => expect(session.isNew).toBe(true))
    await visitor.visit((session) => expect([session.subject, session.data.n]).toEqual(['ann', 3]))
  })

  test('promise 5: a rotation competes with updates and neither is lost', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    await visitor.visit(async (session) => {
      increment(session)
      session.rotate()
      await visitor.clone().visit(increment)
    })
    expect((await visitor.data()).n).toBe(3)
  })

  test('login as somebody else keeps nothing of the other, unless told to', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => {
      session.set('theme', 'dark')
      session.login('ann')
      increment(session)
    })
    await visitor.visit((session) => session.login('ben', { keep: ['theme'] }))
    expect(await visitor.data()).toEqual({ n: 0, theme: 'dark', cart: [] })
    await visitor.visit((session) => session.login('cleo'))
    expect(await visitor.data()).toEqual({ n: 0, cart: [] })
  })

  test('rotate() keeps all, some or none of the data', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => {
      session.set('theme', 'dark')
      increment(session)
    })
    await visitor.visit((session) => session.rotate())
    expect(await visitor.data()).toEqual({ n: 1, theme: 'dark', cart: [] })
    await visitor.visit((session) => session.rotate({ keep: ['n'] }))
    expect(await visitor.data()).toEqual({ n: 1, cart: [] })
    await visitor.visit((session) => session.rotate({ keep: 'none' }))
    expect(await visitor.data()).toEqual({ n: 0, cart: [] })
  })

  test('login is one write of the store, data and token together', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    store.taken()
    await visitor.visit((session) => {
      increment(session)
      session.login('ann')
    })
    expect(store.taken()).toEqual(['read', 'rotate'])
  })
})

describe('promise 6: reads do not write', () => {
  test('promise 6: without a cookie there is no store call and no Set-Cookie', async () => {
    const { site, store } = setUp()
    const response = await site.visitor().visit((session) => {
      expect(session.data).toEqual({ n: 0, cart: [] })
      expect(session).toMatchObject({ isNew: true, handle: undefined, subject: undefined })
    })
    expect(store.taken()).toEqual([])
    expect(response.headers.getSetCookie()).toEqual([])
  })

  test('promise 6: with a cookie a read is one call, a write one more, and a session that nobody opens none', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    expect(store.taken()).toEqual(['create'])
    await visitor.visit((session) => expect(session.data.n).toBe(1))
    expect(store.taken()).toEqual(['read'])
    await visitor.visit(increment)
    expect(store.taken()).toEqual(['read', 'replace'])
    await site.raw({ cookie: visitor.cookie }, async () => new Response())
    expect(store.taken()).toEqual([])
  })

  test('promise 6: a change that changes nothing is not written', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => session.update(() => {}))
    expect(store.taken()).toEqual([])
    await visitor.visit((session) => session.set('theme', 'dark'))
    store.taken()
    await visitor.visit((session) => session.set('theme', 'dark'))
    await visitor.visit((session) => session.rotate({ keep: 'all' }))
    expect(store.taken()).toEqual(['read', 'read', 'rotate'])
  })

  test('open() reads once, however often it is called', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    store.taken()
    await visitor.visit(async (session, { context }) => {
      expect(await context.session.open()).toBe(session)
    })
    expect(store.taken()).toEqual(['read'])
  })
})

describe('promise 7: the next request sees it', () => {
  test('promise 7: the response is not returned before the store has acknowledged', async () => {
    const { site, store } = setUp()
    const slow = gate()
    store.fail('create', slow.opened)
    let done = false
    const visitor = site.visitor()
    const response = visitor.visit(increment).finally(() => (done = true))
    await expect.poll(() => store.calls).toEqual(['create'])
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(done).toBe(false)
    slow.open()
    await response
    expect((await visitor.data()).n).toBe(1)
  })
})

describe('promise 8: destroy', () => {
  test('promise 8: holds when the handler throws, and drops what else was written', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit((session) => {
      session.destroy()
      increment(session)
      throw new Error('after destroy')
    })
    expect(response.status).toBe(500)
    await visitor.visit((session) => expect(session.isNew).toBe(true))
  })

  test('promise 8: clears the cookie with every attribute that it was set with', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit((session) => session.destroy())
    expect(response.headers.getSetCookie()).toEqual(['__Host-id=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax'])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('promise 8: without a session it does nothing', async () => {
    const { site, store } = setUp()
    const response = await site.visitor().visit((session) => session.destroy())
    expect(response.headers.getSetCookie()).toEqual([])
    expect(store.taken()).toEqual([])
  })

  test('what is written after it begins another session, which has nothing of the old one', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => {
      session.login('ann')
      session.set('theme', 'dark')
    })
    const old = visitor.clone()
    const response = await visitor.visit((session) => {
      session.destroy()
      session.flash('notice', 'You are logged out')
    })
    expect(response.headers.getSetCookie()).toHaveLength(1)
    await visitor.visit((session) => {
      expect(session.subject).toBe(undefined)
      expect(session.data).toEqual({ n: 0, cart: [], notice: 'You are logged out' })
    })
    await old.visit((session) => expect(session.isNew).toBe(true))
  })

  test('during a commit that is under way it wins', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    const slow = gate()
    store.fail('create', slow.opened)
    const response = await visitor.visit(async (session) => {
      increment(session)
      const commit = session.commit()
      await expect.poll(() => store.calls).toEqual(['create'])
      session.destroy()
      slow.open()
      await commit
    })
    expect(response.headers.getSetCookie()).toEqual([])
    expect(store.taken()).toEqual(['create', 'destroy'])
  })
})

describe('errors of the handler', () => {
  test('a throw drops what was written', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    store.taken()
    const response = await visitor.visit((session) => {
      increment(session)
      throw new Error('no')
    })
    expect(response.status).toBe(500)
    expect(store.taken()).toEqual(['read'])
    expect((await visitor.data()).n).toBe(1)
  })

  test('a 5xx that is returned is written, and so is a rotation in it', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit((session) => {
      increment(session)
      session.rotate()
      return new Response('broken', { status: 500 })
    })
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect((await visitor.data()).n).toBe(2)
  })

  test('an update that throws leaves the data as it was', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => {
      increment(session)
      const failing = (data: Data): void => {
        data.n = 99
        throw new Error('no')
      }
      expect(() => session.update(failing)).toThrow('no')
      expect(session.data.n).toBe(1)
    })
    expect((await visitor.data()).n).toBe(1)
  })

  test('an async update is refused', async () => {
    const { site } = setUp()
    await site.visitor().visit((session) => {
      const update = session.update.bind(session) as (fn: () => unknown) => void
      expect(() => update(async () => {})).toThrow(/a function that is not async/)
    })
  })
})

describe('promise 9: the response', () => {
  test('promise 9: one Set-Cookie of the name; the others are kept in order', async () => {
    const { site } = setUp()
    const response = await site.visitor().visit((session) => {
      increment(session)
      const headers = new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', '__Host-id=other; Path=/'],
        ['set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT'],
      ])
      return new Response('', { headers })
    })
    const lines = response.headers.getSetCookie()
    expect(lines.slice(0, 2)).toEqual(['a=1', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT'])
    expect(lines).toHaveLength(3)
    expect(lines[2]).toMatch(/^__Host-id=[\w-]{22}\.[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
  })

  test('promise 9: immutable responses such as Response.redirect() work', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    const response = await visitor.visit((session) => {
      session.flash('notice', 'saved')
      return Response.redirect('https://site.test/next', 303)
    })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('https://site.test/next')
    await visitor.visit(async (session) => expect(await session.take('notice')).toBe('saved'))
  })

  test('promise 9: streaming: an existing session can be written during the body, by an explicit commit', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit((session) => {
      const body = new ReadableStream({
        async start(controller) {
          await new Promise((resolve) => setTimeout(resolve, 5))
          increment(session)
          await session.commit()
          expect(() => session.rotate()).toThrow(/response was returned already/)
          expect(() => session.login('ann')).toThrow(/response was returned already/)
          controller.close()
        },
      })
      return new Response(body)
    })
    expect(await response.text()).toBe('')
    expect((await visitor.data()).n).toBe(2)
  })

  test('promise 9: streaming: a new session cannot be begun, and open() comes too late', async () => {
    const { site } = setUp()
    const tried: unknown[] = []
    const response = await site.raw({}, async (_request, context) => {
      const late = new ReadableStream(
        {
          async pull(controller) {
            tried.push(await context.session.open().catch((error: unknown) => error))
            controller.close()
          },
        },
        { highWaterMark: 0 },
      )
      return new Response(late)
    })
    await response.text()
    expect(tried).toEqual([expect.objectContaining({ name: 'SessionClosedError' })])

    const second = await site.visitor().visit((session) => {
      const late = new ReadableStream(
        {
          pull(controller) {
            expect(() => increment(session)).toThrow(/cookie that this needs cannot be set/)
            tried.push('done')
            controller.close()
          },
        },
        { highWaterMark: 0 },
      )
      return new Response(late)
    })
    await second.text()
    expect(tried).toHaveLength(2)
  })

  test('a write after the response that nobody commits is reported', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit((session) => {
      const late = new ReadableStream(
        {
          async pull(controller) {
            increment(session)
            controller.close()
          },
        },
        { highWaterMark: 0 },
      )
      return new Response(late)
    })
    await response.text()
    await expect.poll(() => site.errors).toEqual([expect.objectContaining({ name: 'SessionClosedError' })])
  })

  test('the body of a response that cannot be sent, because the commit failed, is cancelled', async () => {
    const { site, store } = setUp({ storeTimeout: 20 })
    store.fail('create', 'error')
    let cancelled = false
    const response = await site.visitor().visit((session) => {
      increment(session)
      return new Response(new ReadableStream({ cancel: () => void (cancelled = true) }))
    })
    expect(response.status).toBe(503)
    expect(cancelled).toBe(true)
  })
})

describe('promise 12: limits', () => {
  const idleTimeout = 1000
  const absoluteTimeout = 10_000

  test('promise 12: the idle limit is exact to the millisecond, and the server enforces it', async () => {
    for (const [after, isNew] of [
      [idleTimeout - 1, false],
      [idleTimeout, true],
    ] as const) {
      const { site, clock } = setUp({ idleTimeout, absoluteTimeout })
      const visitor = site.visitor()
      await visitor.visit(increment)
      clock.time += after
      await visitor.visit((session) => expect(session.isNew).toBe(isNew))
    }
  })

  test('promise 12: use moves the idle limit, at half of it and not before, without writing data', async () => {
    const { site, clock, store } = setUp({ idleTimeout, absoluteTimeout })
    const visitor = site.visitor()
    await visitor.visit(increment)
    const selector = visitor.jar.get('__Host-id')!.split('.')[0]!
    const record = () => store.inner.read(selector, { now: clock.time, signal: new AbortController().signal })
    const before = await record()
    clock.time += 500
    store.taken()
    await visitor.visit(() => {})
    expect(store.taken()).toEqual(['read'])
    clock.time += 1
    const response = await visitor.visit(() => {})
    expect(store.taken()).toEqual(['read', 'touch'])
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await record()).toEqual({ ...before, idleAt: clock.time + idleTimeout })
    clock.time += 999
    await visitor.visit((session) => expect(session.isNew).toBe(false))
  })

  test('promise 12: no use moves the absolute limit; a login does', async () => {
    const { site, clock } = setUp({ idleTimeout, absoluteTimeout })
    const visitor = site.visitor()
    const start = clock.time
    await visitor.visit(increment)
    for (; clock.time < start + absoluteTimeout - 400; clock.time += 400) await visitor.visit(increment)
    const other = visitor.clone()
    clock.time = start + absoluteTimeout - 1
    await other.visit((session) => expect(session).toMatchObject({ isNew: false, expiresAt: start + absoluteTimeout }))
    await visitor.visit((session) => session.login('ann'))
    clock.time += 1
    await other.visit((session) => expect(session.isNew).toBe(true))
    await visitor.visit((session) => {
      expect(session).toMatchObject({
        isNew: false,
        createdAt: start,
        expiresAt: start + absoluteTimeout - 1 + idleTimeout,
      })
    })
  })

  test('promise 12: a session that expires during the request is not written', async () => {
    const { site, clock } = setUp({ idleTimeout, absoluteTimeout })
    const visitor = site.visitor()
    await visitor.visit(increment)
    await visitor.visit((session) => {
      increment(session)
      clock.time += idleTimeout
    })
    expect(site.errors).toEqual([expect.objectContaining({ name: 'SessionGoneError' })])
  })
})

describe('promise 13: caches', () => {
  test('promise 13: looking at the session sets Vary: Cookie, whatever was found; not looking does not', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    const looked = await visitor.visit(
      () => new Response('', { headers: { vary: 'Accept', 'cache-control': 'public' } }),
    )
    expect(looked.headers.get('vary')).toBe('Accept, Cookie')
    expect(looked.headers.get('cache-control')).toBe('public')
    const again = await visitor.visit(() => new Response('', { headers: { vary: 'cookie' } }))
    expect(again.headers.get('vary')).toBe('cookie')
    const not = await site.raw({}, async () => new Response())
    expect(not.headers.get('vary')).toBe(null)
  })

  test('promise 13: a response with our cookie is not stored by caches, whatever the handler said', async () => {
    const { site } = setUp()
    const response = await site.visitor().visit((session) => {
      increment(session)
      return new Response('', { headers: { 'cache-control': 'public, s-maxage=600' } })
    })
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('promise 13: a 304 never has the cookie: data is written, a new session is not begun, a login is an error', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    const notModified = (): Response => new Response(null, { status: 304 })
    const first = await visitor.visit((session) => {
      increment(session)
      return notModified()
    })
    expect(first.headers.getSetCookie()).toEqual([])
    expect(store.taken()).toEqual([])
    expect(site.errors.splice(0)).toEqual([expect.objectContaining({ name: 'SessionClosedError' })])

    await visitor.visit(increment)
    await visitor.visit((session) => {
      increment(session)
      return notModified()
    })
    expect((await visitor.data()).n).toBe(2)
    expect(site.errors).toEqual([])

    const login = await visitor.visit((session) => {
      session.login('ann')
      return notModified()
    })
    expect(login.status).toBe(500)
    expect((await visitor.data()).n).toBe(2)
  })
})

describe('promise 14: take', () => {
  test('promise 14: gives the value to exactly one of many callers, in one process and in several', async () => {
    const shared = memory()
    const processes = [1, 2, 3].map(() => new Site<Data>(session({ schema, store: shared })))
    const visitor = processes[0]!.visitor()
    for (let round = 0; round < 20; round++) {
      await visitor.visit((session) => session.flash('notice', `message ${round}`))
      const taken: (string | undefined)[] = []
      await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          processes[i % 3]!.raw({ cookie: visitor.cookie }, async (_request, context) => {
            taken.push(await (await context.session.open()).take('notice'))
            return new Response()
          }),
        ),
      )
      expect(taken.filter((value) => value !== undefined)).toEqual([`message ${round}`])
    }
  })

  test('promise 14: of nothing it costs no write, and twice in one request gives the value once', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => session.flash('notice', 'hello'))
    store.taken()
    await visitor.visit(async (session) => {
      expect(await Promise.all([session.take('notice'), session.take('notice')])).toEqual(['hello', undefined])
    })
    expect(store.taken()).toEqual(['read', 'replace'])
    await visitor.visit(async (session) => expect(await session.take('notice')).toBe(undefined))
    expect(store.taken()).toEqual(['read'])
  })

  test('of a key with a default it gives the value, and the default is back', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => session.set('cart', ['apple']))
    await visitor.visit(async (session) => {
      expect(await session.take('cart')).toEqual(['apple'])
      expect(session.data.cart).toEqual([])
    })
  })
})

describe('derive', () => {
  test('gives the same secret for the same session and label, another for another, without a write', async () => {
    const { site, store } = setUp()
    const visitor = site.visitor()
    const other = site.visitor()
    await visitor.visit(increment)
    await other.visit(increment)
    store.taken()
    const secrets: string[] = []
    const derive = (label: string) => async (session: Session<Data>) => {
      const bytes = await session.derive(label)
      expect(bytes).toHaveLength(32)
      secrets.push(Buffer.from(bytes).toString('hex'))
    }
    await visitor.visit(derive('csrf'))
    await visitor.visit(derive('csrf'))
    await visitor.visit(derive('other'))
    await other.visit(derive('csrf'))
    expect(secrets[0]).toBe(secrets[1])
    expect(new Set(secrets).size).toBe(3)
    expect(store.taken()).toEqual(['read', 'read', 'read', 'read'])
    await visitor.visit((session) => session.rotate())
    await visitor.visit(derive('csrf'))
    expect(new Set(secrets).size).toBe(4)
  })

  test('on a new session, and while a login is pending, is that of the token which the visitor will have', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    const seen: Uint8Array[] = []
    const derive = async (session: Session<Data>): Promise<void> => void seen.push(await session.derive('csrf'))
    expect((await visitor.visit(derive)).headers.getSetCookie()).toHaveLength(1)
    await visitor.visit(derive)
    expect(seen[0]).toEqual(seen[1])
    await visitor.visit(async (session) => {
      session.login('ann')
      await derive(session)
    })
    await visitor.visit(derive)
    expect(seen[2]).toEqual(seen[3])
    expect(seen[2]).not.toEqual(seen[1])
  })
})

describe('cookies by connection', () => {
  test('plain http has a plain name and no Secure, and neither scheme accepts the name of the other', async () => {
    const { site } = setUp()
    const plain = site.visitor('http')
    const response = await plain.visit(increment)
    expect(response.headers.getSetCookie()[0]).toMatch(/^id=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)
    const encrypted = site.visitor()
    encrypted.jar.set('id', plain.jar.get('id')!)
    await encrypted.visit((session) => expect(session.isNew).toBe(true))
  })

  test('https that ends at a proxy that the server trusts counts', async () => {
    const app = session({ schema, cookie: { secure: true } })(async (_request, context) => {
      increment(await context.session.open())
      return new Response()
    })
    // What the server says of it: the scheme is the client's, the connection the proxy's (SPEC S3).
    const response = await dispatch(app, new Request('https://h/'), { encrypted: false })
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-id=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
  })

  test("'X-Forwarded-Proto' is not looked at", async () => {
    const { site } = setUp()
    const response = await site.raw(
      { 'x-forwarded-proto': 'https' },
      async (_request, context) => {
        increment(await context.session.open())
        return new Response()
      },
      'http',
    )
    expect(response.headers.getSetCookie()[0]).toMatch(/^id=/)
  })

  test('secure: true over plain http is a loud error, and nothing is stored', async () => {
    const { site, store } = setUp({ cookie: { secure: true } })
    const response = await site.visitor('http').visit(increment)
    expect(response.status).toBe(500)
    expect(String(site.errors[0])).toContain("option 'cookie.secure' is true, but the request came over plain http")
    expect(store.taken()).toEqual([])
    expect((await site.visitor('https').visit(increment)).status).toBe(200)
  })

  test('persistent: true keeps the cookie as long as the session can live', async () => {
    const { site } = setUp({ cookie: { persistent: true, name: 'sid', sameSite: 'Strict' }, absoluteTimeout: 60_000 })
    const response = await site.visitor().visit(increment)
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^__Host-sid=[^;]+; Path=\/; Max-Age=60; Secure; HttpOnly; SameSite=Strict$/,
    )
  })

  test('two sessions side by side, by name and cookie', async () => {
    const app = stack(
      session({ schema }),
      session({ schema: z.object({ seen: z.boolean().default(false) }), as: 'device', cookie: { name: 'device' } }),
    )(async (_request, context) => {
      const [one, two] = await Promise.all([context.session.open(), context.device.open()])
      increment(one)
      two.set('seen', true)
      return Response.json([one.data.n, two.data.seen])
    })
    const response = await toFetch(app)(new Request('https://site.test/'))
    expect(await response.json()).toEqual([1, true])
    expect(response.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual(['__Host-device', '__Host-id'])
    expect(response.headers.get('vary')).toBe('Cookie')
  })
})

test('an app that answers at once, without its session, stays synchronous, and cannot open it afterwards', async () => {
  let late: Promise<unknown> | undefined
  let answer: Response | Promise<Response> | undefined
  const inner = session({ schema })((_request, context) => {
    queueMicrotask(() => {
      late = context.session.open()
    })
    return new Response('ok')
  })
  await dispatch((request, context) => (answer = inner(request, context)), '/')
  expect(answer).toBeInstanceOf(Response)
  await expect(late).rejects.toThrow('after the response was returned')
})

test('a handler that throws at once, with a session half open, ends what it destroyed', async () => {
  const { middleware, store, site } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  const app = middleware((_request, context) => {
    void context.session.open().then((session) => session.destroy())
    throw new Error('at once')
  })
  const request = new Request('https://site.test/', { headers: { cookie: visitor.cookie } })
  store.taken()
  const response = await toFetch(app, { report: () => {} })(request)
  expect(response.status).toBe(500)
  expect(store.taken()).toEqual(['read', 'destroy'])
})
