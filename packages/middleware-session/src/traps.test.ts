/** Faults that session packages have had, one test each: research of their issues and advisories. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { reply, toFetch } from '@fsgi/core'
import { gate, WatchedStore } from './fixtures/watched-store.ts'
import { session } from './session.ts'
import { Site } from './fixtures/site.ts'
import type { Session } from './session-handle.ts'
import type { StandardSchema } from './standard-schema.ts'
import type { StoredRecord } from './store.ts'

const schema = z.looseObject({ n: z.number().default(0), notice: z.string().optional() })
type Data = z.infer<typeof schema>
const increment = (session: Session<Data>): void =>
  session.update((data) => {
    data.n++
  })

function setUp() {
  const store = new WatchedStore()
  const clock = { time: 0 }
  const site = new Site<Data>(
    session({ schema, store, now: () => clock.time, idleTimeout: 1000, absoluteTimeout: 9000 }),
  )
  const call = () => ({ now: clock.time, signal: new AbortController().signal })
  return { store, clock, site, call }
}

test('upsert save; XX-then-create: a save after a logout neither restores the record nor starts another', async () => {
  const { store, site } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  const slow = gate()
  const late = visitor.clone()
  const visit = late.visit(async (session) => {
    increment(session)
    await slow.opened
  })
  await visitor.visit((session) => session.destroy())
  slow.open()
  expect((await visit).headers.getSetCookie()).toEqual([])
  expect(store.taken().filter((method) => method === 'create')).toHaveLength(1)
  await late.visit((session) => expect(session.isNew).toBe(true))
})

test('touch rewriting data: a touch that overlaps a write does not undo it', async () => {
  const { store, site, clock } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  clock.time = 600
  const slow = gate()
  store.fail('touch', slow.opened, 1)
  const reader = visitor.clone().visit(() => {})
  await expect.poll(() => store.calls.includes('touch')).toBe(true)
  await visitor.visit(increment)
  slow.open()
  await reader
  expect((await visitor.data()).n).toBe(2)
})

test('touch after logout does not bring the session back', async () => {
  const { store, site, clock } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  clock.time = 600
  const slow = gate()
  store.fail('touch', slow.opened, 1)
  const late = visitor.clone()
  const reader = late.visit(() => {})
  await expect.poll(() => store.calls.includes('touch')).toBe(true)
  await visitor.visit((session) => session.destroy())
  slow.open()
  await reader
  await late.visit((session) => expect(session.isNew).toBe(true))
})

test('delete-old-then-create-new: a rotation that fails leaves the session as it was', async () => {
  const { store, site } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  store.fail('rotate', 'error')
  expect((await visitor.visit((session) => session.rotate())).status).toBe(503)
  store.heal()
  expect((await visitor.data()).n).toBe(1)
})

test("the attacker's fixed token does not come back through a slow request of the attacker", async () => {
  const { site } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  const attacker = visitor.clone()
  const slow = gate()
  const poison = attacker.visit(async (session) => {
    session.rotate()
    increment(session)
    await slow.opened
  })
  await visitor.visit((session) => session.login('ann'))
  slow.open()
  expect((await poison).status).toBe(500)
  await attacker.visit((session) => expect(session.isNew).toBe(true))
  await visitor.visit((session) => expect(session).toMatchObject({ subject: 'ann', isNew: false }))
})

test('change detection by a weak hash: every change is seen, also one that swaps two characters', async () => {
  const { site } = setUp()
  const visitor = site.visitor()
  for (const notice of ['ab', 'ba', 'codding', 'gnu', '']) {
    await visitor.visit((session) => session.set('notice', notice))
    expect((await visitor.data()).notice).toBe(notice)
  }
})

test('keys that begin with _ or are called __proto__, save, length, maxAge, constructor are data like any other', async () => {
  const { site } = setUp()
  const visitor = site.visitor()
  const values = JSON.parse(
    '{"_hidden":1,"__proto__":{"admin":true},"save":2,"length":3,"maxAge":4,"constructor":5,"$":["date",0],"toJSON":6,"then":7}',
  ) as Record<string, unknown>
  // zod drops __proto__ by itself; a schema that lets everything pass does not
  const open: StandardSchema<object, Record<string, unknown>> = {
    '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Record<string, unknown> }) },
  }
  const loose = new Site<Record<string, unknown>>(session({ schema: open }))
  const other = loose.visitor()
  await other.visit((session) => {
    for (const key of Object.keys(values)) session.set(key, values[key])
  })
  await other.visit((session) => {
    for (const key of Object.keys(values)) expect(session.data[key]).toEqual(values[key])
    expect(Object.keys(session.data).toSorted()).toEqual(Object.keys(values).toSorted())
    expect(Object.getPrototypeOf(session.data)).toBe(Object.prototype)
  })
  await visitor.visit((session) => session.set('save', 1))
  expect(await visitor.data()).toMatchObject({ save: 1 })
  expect(({} as { admin?: boolean }).admin).toBe(undefined)
})

test('junk in the cookie is never an error', async () => {
  const { site, store } = setUp()
  const junk = [
    '%',
    '%zz',
    'a.b.c.d.e.f.g.h',
    'Fe26.2**',
    '{"json":',
    '"',
    '\\',
    '__chunked__999999',
    's:abc.def',
    'x'.repeat(60_000),
  ]
  for (const value of junk) {
    const visitor = site.visitor()
    visitor.jar.set('__Host-id', value)
    expect((await visitor.visit((session) => session.data)).status).toBe(200)
  }
  expect(store.taken()).toEqual([])
  expect(site.errors).toEqual([])
})

test('first-wins duplicates: a planted cookie beside the real one neither wins nor locks out', async () => {
  const { site } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  const real = visitor.cookie
  const planted = `__Host-id=${'A'.repeat(22)}.${'B'.repeat(43)}`
  for (const cookie of [`${planted}; ${real}`, `${real}; ${planted}`, `${real}; ${real}; __Host-id=junk`]) {
    await site.raw({ cookie }, async (_request, context) => {
      expect((await context.session.open()).data.n).toBe(1)
      return new Response()
    })
  }
  expect(site.errors).toEqual([])
})

test('two cookies that both authenticate are nobody, and reported', async () => {
  const { site } = setUp()
  const [one, two] = [site.visitor(), site.visitor()]
  await one.visit(increment)
  await two.visit(increment)
  let isNew: boolean | undefined
  await site.raw({ cookie: `${one.cookie}; ${two.cookie}` }, async (_request, context) => {
    ;({ isNew } = await context.session.open())
    return new Response()
  })
  expect(isNew).toBe(true)
  expect(String(site.errors[0])).toContain('several sessions in one cookie name')
})

test('in and keys count as access: Vary: Cookie is there however the session was looked at', async () => {
  const { site } = setUp()
  for (const look of [
    (session: Session<Data>) => 'notice' in session.data,
    (session: Session<Data>) => Object.keys(session.data).length,
    (session: Session<Data>) => session.handle,
    (session: Session<Data>) => session.isNew,
    () => undefined,
  ]) {
    expect((await site.visitor().visit(look)).headers.get('vary')).toBe('Cookie')
  }
})

test('a key that was looked for with `in`, spread or JSON counts as read', async () => {
  for (const look of [
    (data: Readonly<Data>) => 'notice' in data,
    (data: Readonly<Data>) => ({ ...data }),
    (data: Readonly<Data>) => JSON.stringify(data),
    (data: Readonly<Data>) => Object.entries(data),
  ]) {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => session.set('notice', 'old'))
    const response = await visitor.visit(async (session) => {
      look(session.data)
      await visitor.clone().visit((other) => other.set('notice', 'theirs'))
      session.set('notice', 'mine')
    })
    expect(response.status).toBe(500)
    expect((await visitor.data()).notice).toBe('theirs')
  }
})

test('store error → new session: an outage logs nobody out', async () => {
  const { store, site } = setUp()
  const visitor = site.visitor()
  await visitor.visit((session) => session.login('ann'))
  const { cookie } = visitor
  store.fail('any', 'error')
  await visitor.visit(increment)
  store.heal()
  expect(visitor.cookie).toBe(cookie)
  await visitor.visit((session) => expect(session.subject).toBe('ann'))
})

test('live objects in the memory store: what one request holds is not what another gets', async () => {
  const { site } = setUp()
  const visitor = site.visitor()
  const mine = { list: [1] }
  await visitor.visit((session) => session.set('nested', mine))
  mine.list.push(2)
  let draft: { list: number[] } | undefined
  await visitor.visit((session) =>
    session.update((data) => {
      draft = data.nested as { list: number[] }
    }),
  )
  draft!.list.push(3)
  expect((await visitor.data()).nested).toEqual({ list: [1] })
})

test('flash eaten by an asset request: only take removes it', async () => {
  const { site } = setUp()
  const visitor = site.visitor()
  await visitor.visit((session) => session.flash('notice', 'saved'))
  await visitor.visit((session) => session.data.notice)
  await visitor.visit(increment)
  await visitor.visit(async (session) => expect(await session.take('notice')).toBe('saved'))
})

test('a record for every visitor: crawlers, logouts and unknown tokens leave nothing in the store', async () => {
  const { site, store } = setUp()
  for (let i = 0; i < 20; i++) await site.visitor().visit((session) => session.data.n)
  await site.visitor().visit((session) => session.destroy())
  await site.visitor().visit((session) => session.rotate())
  await site.visitor().visit(async (session) => expect(await session.take('notice')).toBe(undefined))
  expect(store.taken()).toEqual([])
})

test('promise 11: nothing that the store holds, and nothing that is reported, is a usable token', async () => {
  const { site, store, call } = setUp()
  const visitor = site.visitor()
  await visitor.visit((session) => session.login('ann'))
  const [selector, verifier] = visitor.jar.get('__Host-id')!.split('.')
  const record = (await store.inner.read(selector!, call())) as StoredRecord
  const dump = JSON.stringify(record, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  )
  expect(dump).not.toContain(verifier)
  const values = [record.verifierHash, record.data].flatMap((bytes) => [
    Buffer.from(bytes).toString('base64url'),
    Buffer.from(bytes).toString('hex').slice(0, 43),
  ])
  for (const value of [...values, record.commitId, selector!]) {
    const thief = site.visitor()
    thief.jar.set('__Host-id', `${selector}.${value}`)
    await thief.visit((session) => expect(session.isNew).toBe(true))
  }
  store.fail('any', 'error')
  await visitor.visit(increment)
  for (const error of site.errors) expect(String((error as Error).stack)).not.toContain(verifier)
})

test('retry cap under contention: a writer that loses for long still wins in the end', async () => {
  const { site, store } = setUp()
  const elsewhere = new Site<Data>(session({ schema, store: store.inner, now: () => 0 }))
  const visitor = site.visitor()
  await visitor.visit(increment)
  const replace = store.replace.bind(store)
  let lost = 0
  store.replace = async (...args) => {
    if (lost++ < 30) {
      await elsewhere.raw({ cookie: visitor.cookie }, async (_request, context) => {
        increment(await context.session.open())
        return new Response()
      })
    }
    return replace(...args)
  }
  expect((await visitor.visit(increment)).status).toBe(200)
  expect((await visitor.data()).n).toBe(32)
})

test('and one that never wins gives up at its deadline, with 503', async () => {
  const store = new WatchedStore()
  const elsewhere = new Site<Data>(session({ schema, store: store.inner }))
  const site = new Site<Data>(session({ schema, store, commitTimeout: 100 }))
  const visitor = site.visitor()
  await visitor.visit(increment)
  const replace = store.replace.bind(store)
  store.replace = async (...args) => {
    await elsewhere.raw({ cookie: visitor.cookie }, async (_request, context) => {
      increment(await context.session.open())
      return new Response()
    })
    return replace(...args)
  }
  const before = (await visitor.data()).n
  expect((await visitor.visit(increment)).status).toBe(503)
  expect(before).toBe(1)
})

test('refresh without Vary; Set-Cookie on what can be shared: a request that writes nothing new gets no cookie again', async () => {
  const { site, clock } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  for (let i = 0; i < 5; i++) {
    clock.time += 600
    const response = await visitor.visit(increment)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('vary')).toBe('Cookie')
  }
})

test('a shared cache between two visitors never gives one the page or the cookie of the other', async () => {
  const { site } = setUp()
  const cache = new Map<string, Response>()
  const through = async (visitor: ReturnType<typeof site.visitor>): Promise<string> => {
    for (const [key, stored] of cache) if (key === visitor.cookie) return stored.clone().text()
    const { cookie } = visitor
    const response = await visitor.visit((session) => {
      increment(session)
      return new Response(`for ${session.handle ?? 'new'}`, { headers: { 'cache-control': 'public, max-age=600' } })
    })
    const storable = !response.headers.get('cache-control')!.includes('no-store')
    expect(storable || response.headers.getSetCookie().length > 0).toBe(true)
    if (storable && response.headers.get('vary') === 'Cookie') cache.set(cookie, response.clone())
    return response.text()
  }
  const [one, two] = [site.visitor(), site.visitor()]
  expect(await through(one)).toBe('for new')
  expect(await through(two)).toBe('for new')
  expect(one.cookie).not.toBe(two.cookie)
  expect(await through(one)).not.toBe(await through(two))
})

test('only one session per app: several middlewares, in any depth, keep apart', async () => {
  const inner = session({ schema, as: 'inner', cookie: { name: 'inner' } })
  const outer = session({ schema, as: 'outer', cookie: { name: 'outer' } })
  const fetch = toFetch(
    outer(
      inner(async (_request, context) => {
        ;(await context.inner.open()).set('n', 1)
        ;(await context.outer.open()).set('n', 2)
        return new Response()
      }),
    ),
  )
  const response = await fetch(new Request('http://site.test/'))
  expect(response.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual(['inner', 'outer'])
})

test('check-then-write: the check is in the write, so what comes between them is seen', async () => {
  const { site, store } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  store.taken()
  await visitor.visit(async (session) => {
    increment(session)
    await visitor.clone().visit(increment)
  })
  expect(store.taken()).toEqual(['read', 'read', 'replace', 'replace', 'replace']) // the first of ours was refused
  expect((await visitor.data()).n).toBe(3)
})

test('cache refill after delete: what another process ends or changes is seen by the next request here', async () => {
  const { site, store } = setUp()
  const elsewhere = new Site<Data>(session({ schema, store: store.inner, now: () => 0 }))
  const visitor = site.visitor()
  await visitor.visit(increment)
  const other = elsewhere.visitor()
  other.jar.set('__Host-id', visitor.jar.get('__Host-id')!)
  await other.visit(increment)
  expect((await visitor.data()).n).toBe(2)
  const slow = gate()
  store.fail('replace', slow.opened, 1)
  const line = [1, 2, 3].map(() => visitor.clone().visit(increment))
  await expect.poll(() => store.calls.includes('replace')).toBe(true)
  await other.visit((session) => session.destroy())
  slow.open()
  for (const response of await Promise.all(line)) expect(response.headers.getSetCookie()).toEqual([])
  expect(site.errors.map((error) => (error as Error).name)).toEqual(Array.from({ length: 3 }, () => 'SessionGoneError'))
  await visitor.visit((session) => expect(session.isNew).toBe(true))
})

test('save is create: an id that is taken is an error, and what is there stays', async () => {
  const { site, store } = setUp()
  store.create = async () => false
  const visitor = site.visitor()
  expect((await visitor.visit(increment)).status).toBe(503)
  expect(visitor.jar.size).toBe(0)
  expect(String(site.errors[0])).toContain('a new 128-bit random id is taken')
})

test('trim(): a name behind U+00A0 is another name (CVE-2026-39410)', async () => {
  const { site, store } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  store.taken()
  const planted = Buffer.from(`\u00a0${visitor.cookie}`, 'utf8').toString('latin1')
  for (const cookie of [planted, `\u00a0${visitor.cookie}`, `a=b;\u00a0${visitor.cookie}`]) {
    await site.raw({ cookie }, async (_request, context) => {
      expect((await context.session.open()).isNew).toBe(true)
      return new Response()
    })
  }
  expect(store.taken()).toEqual([])
})

test('a session by other ways than the cookie: no header and no query is looked at', async () => {
  const { site, store } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  const token = visitor.jar.get('__Host-id')!
  store.taken()
  await site.raw({ 'x-id-session': token, authorization: `Bearer ${token}`, id: token }, async (_request, context) => {
    expect((await context.session.open()).isNew).toBe(true)
    return new Response()
  })
  expect(store.taken()).toEqual([])
})

test('clear without Secure: a logout clears the cookie with every attribute, or browsers ignore it', async () => {
  const { site } = setUp()
  const visitor = site.visitor()
  const begun = await visitor.visit(increment)
  const ended = await visitor.visit((session) => session.destroy())
  const attributes = (response: Response): string[] => response.headers.getSetCookie()[0]!.split('; ').slice(1)
  expect(attributes(ended)).toEqual(expect.arrayContaining(attributes(begun)))
  expect(ended.headers.getSetCookie()[0]).toMatch(/^__Host-id=; .*Max-Age=0/)
})

test('secure behind proxy silent: an answer without the cookie is an error, not a mystery', async () => {
  const site = new Site<Data>(session({ schema, cookie: { secure: true } }))
  expect((await site.visitor('http').visit(increment)).status).toBe(500)
  expect(String(site.errors[0])).toContain('tell the server to trust the proxy')
})

test('Set-Cookie on 304/static: a touch, a read and a 304 set none', async () => {
  const { site, clock } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  for (const answer of [() => new Response(), () => new Response(null, { status: 304 })]) {
    clock.time += 600
    const response = await visitor.visit((session) => {
      void session.data.n
      return answer()
    })
    expect(response.headers.getSetCookie()).toEqual([])
  }
  expect(site.errors).toEqual([])
})

test('several saves, several Set-Cookie: however often a request commits, the cookie is set once', async () => {
  const { site } = setUp()
  const response = await site.visitor().visit(async (session) => {
    for (let i = 0; i < 3; i++) {
      increment(session)
      session.rotate()
      await session.commit()
    }
    session.login('ann')
  })
  expect(response.headers.getSetCookie()).toHaveLength(1)
})

test('un-awaited store promise: the redirect that is followed at once finds what was written before it', async () => {
  const { site, store } = setUp()
  const visitor = site.visitor()
  await visitor.visit(increment)
  for (let i = 0; i < 20; i++) {
    store.fail('replace', new Promise((resolve) => setTimeout(resolve, 2)), 1)
    const response = await visitor.visit((session) => {
      increment(session)
      return Response.redirect('https://site.test/next')
    })
    expect(response.status).toBe(302)
    expect((await visitor.data()).n).toBe(i + 2)
  }
})

test('5xx after rotate: nobody is logged out by an error page', async () => {
  const { site } = setUp()
  const visitor = site.visitor()
  await visitor.visit((session) => session.login('ann'))
  await visitor.visit((session) => {
    session.rotate()
    return new Response('no', { status: 502 })
  })
  await visitor.visit((session) => expect(session.subject).toBe('ann'))
})

test('throw after destroy: who logs out is out, whatever breaks afterwards', async () => {
  const { site } = setUp()
  const visitor = site.visitor()
  await visitor.visit((session) => session.login('ann'))
  const response = await visitor.visit((session) => {
    session.destroy()
    throw new Error('the template is broken')
  })
  expect(response.status).toBe(500)
  await visitor.visit((session) => expect([session.isNew, session.subject]).toEqual([true, undefined]))
})

test('JSON list index: of many logins at once the list misses none, and logging out everywhere neither', async () => {
  const middleware = session({ schema })
  const site = new Site<Data>(middleware)
  const visitors = Array.from({ length: 30 }, () => site.visitor())
  await Promise.all(visitors.map((visitor) => visitor.visit((session) => session.login('ann'))))
  const handles: string[] = []
  for await (const { handle } of middleware.sessions.list('ann')) handles.push(handle)
  expect(new Set(handles).size).toBe(30)
  expect(await middleware.sessions.destroyAll('ann')).toBe(30)
  for (const visitor of visitors) await visitor.visit((session) => expect(session.isNew).toBe(true))
})

test('Object.fromEntries(headers); immutable redirect: other cookies stay, also on a response that cannot be changed', async () => {
  const { site } = setUp()
  const response = await site.visitor().visit((session) => {
    increment(session)
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ])
    return new Response('', { headers })
  })
  expect(response.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual(['a', 'b', '__Host-id'])
  const redirect = await site.visitor().visit((session) => {
    increment(session)
    return Response.redirect('https://site.test/')
  })
  expect([redirect.status, redirect.headers.getSetCookie().length]).toEqual([302, 1])
})

test('a subject that a store would keep as another is refused at login', async () => {
  const { site } = setUp()
  await site.visitor().visit((session) => {
    for (const subject of ['', 'ann\0', 'ann\ud800', 7 as unknown as string]) {
      expect(() => session.login(subject), JSON.stringify(subject)).toThrow(TypeError)
    }
    session.login('änn 🙂')
    expect(session.subject).toBe('änn 🙂')
  })
})

test.each([
  ['reply', () => reply('the same for all', { headers: { 'x-a': 'b' } })],
  ['reply without a body', () => reply(null, { status: 204 })],
  ['Response without a body', () => new Response(null, { status: 204 })],
])('one %s for all visitors: none of them gets another one’s cookie', async (_, make) => {
  const shared = make()
  const handler = toFetch(
    session({ schema })(async (request, context) => {
      if (request.method === 'POST') (await context.session.open()).update((data) => void data.n++)
      else if (request.method === 'GET') await context.session.open()
      return shared
    }),
  )
  const send = async (method: string) => await handler(new Request('http://shop.test/', { method }))
  const [first, second] = [await send('POST'), await send('POST')]
  expect(first.headers.getSetCookie()).not.toEqual(second.headers.getSetCookie())
  expect(first.headers.get('content-type')).toBe(make().headers.get('content-type'))
  for (const method of ['GET', 'PUT']) expect((await send(method)).headers.getSetCookie()).toEqual([])
  expect(shared.headers.get('cache-control')).toBeNull()
})
