import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bytesToBase64url } from './base64.ts'
import { sealedCookie } from './sealed-cookie.ts'
import { session } from './session.ts'
import { Site } from './fixtures/site.ts'
import type { SealedCookieOptions } from './sealed-cookie.ts'
import type { SealedSession, SealedSessionHandle } from './sealed-session.ts'

const schema = z.object({
  n: z.number().default(0),
  cart: z.string().optional(),
  name: z.string().optional(),
  at: z.date().optional(),
})
type Data = z.infer<typeof schema>
const increment = (session: SealedSession<Data>): void =>
  session.update((data) => {
    data.n++
  })

const newKey = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
const START = Date.UTC(2030, 0, 1)

function setUp(
  options: Partial<SealedCookieOptions> & { name?: string; persistent?: boolean; clock?: { time: number } } = {},
) {
  const { name = 'id', persistent = false, clock = { time: START }, ...rest } = options
  const middleware = session({
    schema,
    store: sealedCookie({ keys: [newKey()], ...rest }),
    now: () => clock.time,
    idleTimeout: 1000,
    absoluteTimeout: 10_000,
    cookie: { name, persistent },
  })
  return { clock, middleware, site: new Site<Data, SealedSessionHandle<Data>>(middleware) }
}

describe('a sealed session', () => {
  test('is kept by the browser alone', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    const response = await visitor.visit((session) => {
      expect(session).toMatchObject({ isNew: true, subject: undefined, createdAt: START })
      increment(session)
      session.set('at', new Date(7))
    })
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-id=1[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    await visitor.visit((session) => {
      expect(session).toMatchObject({ isNew: false, createdAt: START, expiresAt: START + 1000 })
      expect(session.data).toEqual({ n: 1, at: new Date(7) })
    })
    await visitor.visit((session) => session.delete('at'))
    expect(await visitor.data()).toEqual({ n: 1 })
  })

  test('keeps what a change has made, which is made once', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    let runs = 0
    for (const expected of [1, 2]) {
      await visitor.visit((session) => session.update((data) => void (data.n = ++runs)))
      expect((await visitor.data()).n).toBe(expected)
    }
  })

  test('that is only read, or not changed by a change, sets no cookie; Vary: Cookie is there', async () => {
    const { site } = setUp()
    expect((await site.visitor().visit((session) => session.data.n)).headers.getSetCookie()).toEqual([])
    const visitor = site.visitor()
    await visitor.visit(increment)
    for (const visit of [
      (session: SealedSession<Data>) => session.data.n,
      (session: SealedSession<Data>) => session.set('n', 1),
    ]) {
      const response = await visitor.visit(visit)
      expect(response.headers.getSetCookie()).toEqual([])
      expect(response.headers.get('vary')).toBe('Cookie')
      expect(response.headers.get('cache-control')).toBe(null)
    }
  })

  test('login binds a subject, starts the absolute limit again and keeps nothing of another subject', async () => {
    const { site, clock } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    clock.time += 900
    await visitor.visit((session) => session.login('ann'))
    await visitor.visit((session) => expect([session.subject, session.data.n]).toEqual(['ann', 1]))
    for (const end = START + 900 + 10_000 - 400; clock.time < end; clock.time += 400) await visitor.visit(increment)
    await visitor.visit((session) => {
      expect(session.expiresAt).toBe(START + 900 + 10_000)
      session.login('ben')
    })
    await visitor.visit((session) => expect([session.subject, session.data.n]).toEqual(['ben', 0]))
  })

  test('destroy clears the cookie; what is written after it begins another', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit((session) => session.login('ann'))
    const response = await visitor.visit((session) => session.destroy())
    expect(response.headers.getSetCookie()).toEqual(['__Host-id=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax'])
    expect(visitor.jar.size).toBe(0)
    await visitor.visit(increment)
    await visitor.visit((session) => {
      session.destroy()
      session.set('name', 'bye')
    })
    expect(await visitor.data()).toEqual({ n: 0, name: 'bye' })
  })

  test('derive gives the same secret until a login', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    const secrets: string[] = []
    const derive = async (session: SealedSession<Data>) =>
      void secrets.push(Buffer.from(await session.derive('csrf')).toString('hex'))
    expect((await visitor.visit(derive)).headers.getSetCookie()).toHaveLength(1)
    await visitor.visit(derive)
    await visitor.visit(async (session) => {
      session.login('ann')
      await derive(session)
    })
    await visitor.visit(derive)
    expect(secrets[0]).toBe(secrets[1])
    expect(secrets[2]).toBe(secrets[3])
    expect(secrets[0]).not.toBe(secrets[2])
  })

  test('a 304 and a stream that has begun carry no cookie: the write is refused, not lost in silence', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit((session) => {
      increment(session)
      return new Response(null, { status: 304 })
    })
    expect(response.headers.getSetCookie()).toEqual([])
    expect(site.errors.splice(0)).toEqual([expect.objectContaining({ name: 'SessionClosedError' })])
    let refused: unknown
    const streamed = await visitor.visit(
      (session) =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                try {
                  increment(session)
                } catch (error) {
                  refused = error
                }
                controller.close()
              },
            },
            { highWaterMark: 0 },
          ),
        ),
    )
    await streamed.text()
    expect(refused).toMatchObject({ name: 'SessionClosedError' })
    expect((await visitor.data()).n).toBe(1)
  })

  test('what it cannot promise is refused without types, too', async () => {
    const { site, middleware } = setUp()
    expect(middleware.sessions).toEqual({})
    await site.visitor().visit(async (session) => {
      const untyped = session as unknown as Record<string, (key: string) => unknown> & { handle: unknown }
      expect(untyped.handle).toBe(undefined)
      expect(() => untyped.rotate!('')).toThrow(
        'session.rotate() needs a store: what it promises, a sealed cookie cannot',
      )
      expect(() => untyped.flash!('name')).toThrow(TypeError)
      await expect(untyped.take!('name')).rejects.toThrow(TypeError)
      await expect(untyped.commit!('')).rejects.toThrow(TypeError)
    })
  })
})

describe('promise 12: limits are inside', () => {
  test('promise 12: seal without timestamp: idle and absolute limits hold to the millisecond for a cookie that was kept, whatever its attributes', async () => {
    for (const [after, isNew] of [
      [999, false],
      [1000, true],
    ] as const) {
      const { site, clock } = setUp({ persistent: true })
      const visitor = site.visitor()
      await visitor.visit(increment)
      clock.time += after
      await visitor.visit((session) => expect(session.isNew).toBe(isNew))
    }
  })

  test('promise 12: use moves the idle limit at half of it, in a new cookie, but not in a response for everybody', async () => {
    const { site, clock } = setUp({ persistent: true })
    const visitor = site.visitor()
    await visitor.visit(increment)
    clock.time += 500
    expect((await visitor.visit(() => {})).headers.getSetCookie()).toEqual([])
    clock.time += 1
    const forAll = await visitor.visit(() => new Response('', { headers: { 'cache-control': 'max-age=9, public' } }))
    expect(forAll.headers.getSetCookie()).toEqual([])
    expect(forAll.headers.get('cache-control')).toBe('max-age=9, public')
    expect((await visitor.visit(() => new Response(null, { status: 304 }))).headers.getSetCookie()).toEqual([])
    const touched = await visitor.visit(() => {})
    expect(touched.headers.getSetCookie()[0]).toMatch(/; Max-Age=10;/)
    clock.time += 999
    await visitor.visit((session) => expect([session.isNew, session.data.n]).toEqual([false, 1]))
    expect(site.errors).toEqual([])
  })
})

describe('promise 21: the seal', () => {
  const cookieOf = async (options: Parameters<typeof setUp>[0]) => {
    const { site } = setUp(options)
    const visitor = site.visitor()
    await visitor.visit((session) => {
      session.set('name', 'ann')
      session.login('ann')
    })
    return visitor.jar.get(`__Host-${options?.name ?? 'id'}`)!
  }
  const isNewWith = async (
    site: ReturnType<typeof setUp>['site'],
    value: string,
    scheme = 'https',
    name = '__Host-id',
  ) => {
    const visitor = site.visitor(scheme)
    visitor.jar.set(name, value)
    let isNew: boolean | undefined
    const response = await visitor.visit((session) => void ({ isNew } = session))
    expect(response.status).toBe(200)
    return isNew
  }

  test('promise 21: decode fallback: any character changed, cut or added, is an empty session and no error', async () => {
    const key = newKey()
    const value = await cookieOf({ keys: [key] })
    const { site } = setUp({ keys: [key] })
    expect(await isNewWith(site, value)).toBe(false)
    for (let i = 0; i < value.length; i++) {
      const other = value[i] === 'A' ? 'B' : 'A'
      expect(await isNewWith(site, value.slice(0, i) + other + value.slice(i + 1)), `character ${i}`).toBe(true)
    }
    for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      expect(await isNewWith(site, value.slice(0, -1) + last)).toBe(value.at(-1) !== last)
    }
    for (const junk of [
      '1',
      '1A',
      value.slice(0, -1),
      `${value}A`,
      `${value}AAAA`,
      value.slice(1),
      '3'.repeat(4000),
      '__chunked__999999',
    ]) {
      expect(await isNewWith(site, junk)).toBe(true)
    }
    expect(site.errors).toEqual([])
  })

  test('promise 21: seal without name: the cookie of another session, or of the same over http, is not accepted', async () => {
    const key = newKey()
    const value = await cookieOf({ keys: [key], name: 'device' })
    const { site } = setUp({ keys: [key] })
    expect(await isNewWith(site, value)).toBe(true)
    const plain = site.visitor('http')
    await plain.visit(increment)
    expect(await isNewWith(site, plain.jar.get('id')!)).toBe(true)
    expect(await isNewWith(site, plain.jar.get('id')!, 'http', 'id')).toBe(false)
    expect(await isNewWith(site, await cookieOf({ keys: [key] }), 'http', 'id')).toBe(true)
  })

  test('promise 21: key list reversed: the first key seals, all open, and a key that was removed opens nothing', async () => {
    const [before, after] = [newKey(), newKey()]
    const old = await cookieOf({ keys: [before] })
    const rotated = setUp({ keys: [after, before] })
    expect(await isNewWith(rotated.site, old)).toBe(false)
    const visitor = rotated.site.visitor()
    visitor.jar.set('__Host-id', old)
    await visitor.visit(increment)
    const resealed = visitor.jar.get('__Host-id')!
    const done = setUp({ keys: [after] })
    expect(await isNewWith(done.site, resealed)).toBe(false)
    expect(await isNewWith(done.site, old)).toBe(true)
    expect(await isNewWith(setUp({ keys: [before] }).site, resealed)).toBe(true)
  })

  test('nothing can be read in it, the same is never sealed the same, and its length says little', async () => {
    const key = newKey()
    const values = await Promise.all([1, 2, 3].map(() => cookieOf({ keys: [key] })))
    expect(new Set(values.map((value) => value.slice(10))).size).toBe(3)
    expect(Buffer.from(values[0]!.slice(1), 'base64url').toString('latin1')).not.toContain('ann')
    const { site } = setUp()
    const lengths = new Set<number>()
    for (const name of ['a', 'ab', 'abc', 'abcd', 'abcde']) {
      const visitor = site.visitor()
      await visitor.visit((session) => session.set('name', name))
      lengths.add(visitor.jar.get('__Host-id')!.length)
    }
    expect(lengths.size).toBeLessThan(3)
  })

  test('two cookies of the name that are both right are nobody, and reported; one planted beside the right one does nothing', async () => {
    const key = newKey()
    const [one, two] = [await cookieOf({ keys: [key] }), await cookieOf({ keys: [key] })]
    const { site } = setUp({ keys: [key] })
    const isNew: boolean[] = []
    for (const cookie of [`__Host-id=${one}; __Host-id=${two}`, `__Host-id=1${'A'.repeat(60)}; __Host-id=${one}`]) {
      await site.raw({ cookie }, async (_request, context) => {
        isNew.push((await context.session.open()).isNew)
        return new Response()
      })
    }
    expect(isNew).toEqual([true, false])
    expect(site.errors).toHaveLength(1)
  })
})

describe('size', () => {
  test('too much is an error that names the biggest keys, and the cookie stays as it was', async () => {
    const { site } = setUp()
    const visitor = site.visitor()
    await visitor.visit(increment)
    const response = await visitor.visit((session) => {
      session.set('cart', 'x'.repeat(4000))
      session.set('name', 'y'.repeat(50))
    })
    expect(response.status).toBe(500)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(String(site.errors[0])).toMatch(
      /SessionDataError: the session's cookie would be \d+ bytes, and browsers keep 4096 of each \(maxCookies: 1\); the largest: cart \(4002\), name \(52\), n \(1\)\. Keep less/,
    )
    expect(await visitor.data()).toEqual({ n: 1 })
  })

  test('what just fits is taken by browsers: name and value are 4096 bytes at most (RFC 6265bis §5.6)', async () => {
    const { site } = setUp({ maxCookies: 3 })
    const counts = new Set<number>()
    for (let length = 2700; length < 3100; length += 7) {
      const response = await site.visitor().visit((session) => session.set('cart', 'x'.repeat(length)))
      const pairs = response.headers.getSetCookie().map((line) => line.split(';')[0]!)
      counts.add(pairs.length)
      for (const pair of pairs) expect(pair.length).toBeLessThanOrEqual(4096 + 1) // the = does not count
    }
    expect(counts).toEqual(new Set([1, 2]))
  })

  test('stale chunks on shrink and on logout: cookies that are not needed any more are cleared, and only those', async () => {
    const { site } = setUp({ maxCookies: 3 })
    const visitor = site.visitor()
    const cart = Array.from({ length: 7000 }, (_, i) => String(i % 10)).join('')
    await visitor.visit((session) => session.set('cart', cart))
    expect([...visitor.jar.keys()]).toEqual(['__Host-id', '__Host-id.1', '__Host-id.2'])
    expect((await visitor.data()).cart).toBe(cart)
    const long = visitor.clone()
    const shrunk = await visitor.visit((session) => session.set('cart', 'short'))
    expect(shrunk.headers.getSetCookie().slice(1)).toEqual([
      '__Host-id.1=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
      '__Host-id.2=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
    ])
    expect([...visitor.jar.keys()]).toEqual(['__Host-id'])
    expect(await visitor.data()).toEqual({ n: 0, cart: 'short' })
    await long.visit((session) => session.destroy())
    expect(long.jar.size).toBe(0)
  })

  test('chunk count trusted: parts of different cookies, missing, doubled or more than said, are an empty session', async () => {
    const { site } = setUp({ maxCookies: 3 })
    const [one, two] = [site.visitor(), site.visitor()]
    for (const visitor of [one, two]) await visitor.visit((session) => session.set('cart', 'x'.repeat(7000)))
    const is = async (change: (jar: Map<string, string>) => void): Promise<boolean | undefined> => {
      const visitor = one.clone()
      change(visitor.jar)
      let isNew: boolean | undefined
      expect((await visitor.visit((session) => void ({ isNew } = session))).status).toBe(200)
      return isNew
    }
    expect(await is(() => {})).toBe(false)
    expect(await is((jar) => jar.set('__Host-id.1', two.jar.get('__Host-id.1')!))).toBe(true)
    expect(await is((jar) => jar.delete('__Host-id.2'))).toBe(true)
    expect(await is((jar) => jar.set('__Host-id', `2${jar.get('__Host-id')!.slice(1)}`))).toBe(true)
    expect(await is((jar) => jar.set('__Host-id', `9${jar.get('__Host-id')!.slice(1)}`))).toBe(true)
    expect(await is((jar) => jar.set('x', '1; __Host-id.1=AAAA'))).toBe(true)
    expect(site.errors).toEqual([])
  })
})

describe('options', () => {
  test('a wrong one is named, with what was expected', () => {
    const key = newKey()
    const expected = 'must be 32 random bytes: a Uint8Array, or base64 or hex, as `openssl rand -base64 32` prints'
    for (const [options, message] of [
      [undefined, 'the options must be an object'],
      [{}, "option 'keys' must be a list of secrets"],
      [{ keys: [] }, "option 'keys' must have a secret"],
      [{ keys: [key, 'a passphrase that somebody thought of himself'] }, `option 'keys.1' ${expected}`],
      [{ keys: [new Uint8Array(16)] }, `option 'keys.0' ${expected}`],
      [{ keys: [undefined] }, `option 'keys.0' ${expected}`],
      [{ keys: [key, key] }, "option 'keys' must not have the same secret twice"],
      [
        { keys: [key], maxCookies: 4 },
        "option 'maxCookies' must be at most 3: together they have to fit into a request's head",
      ],
      [{ keys: [key], secret: 'x' }, "option 'secret' is not an option"],
    ] as const) {
      expect(() => sealedCookie(options as never)).toThrow(
        new TypeError(`@fsgi/middleware-session: sealedCookie(): ${message}`),
      )
    }
  })

  test('the same secret in bytes, base64, base64url and hex is the same key', async () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => 255 - i)
    const buffer = Buffer.from(bytes)
    const forms = [bytes, buffer.toString('base64'), bytesToBase64url(bytes), buffer.toString('hex')]
    const { site } = setUp({ keys: [forms[0]!] })
    const visitor = site.visitor()
    await visitor.visit(increment)
    for (const form of forms) {
      const other = setUp({ keys: [form] }).site.visitor()
      other.jar.set('__Host-id', visitor.jar.get('__Host-id')!)
      expect((await other.data()).n).toBe(1)
    }
  })
})
