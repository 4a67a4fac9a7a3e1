import { expect, test } from 'vitest'
import { z } from 'zod'
import { memory } from './memory-store.ts'
import { session } from './session.ts'
import { Site } from './fixtures/site.ts'
import { WatchedStore } from './fixtures/watched-store.ts'
import type { StandardSchema } from './standard-schema.ts'

const before = z.object({ name: z.string().default('') })
const after = z.object({ names: z.array(z.string()).default([]) })

async function stored(name: string) {
  const store = memory()
  const old = new Site<z.infer<typeof before>>(session({ schema: before, store }))
  const visitor = old.visitor()
  await visitor.visit((session) => session.set('name', name))
  return { store, old, cookie: visitor.cookie, jar: visitor.jar }
}

test('data of an older version is migrated when it is read, and written so when it is written', async () => {
  const { store, cookie } = await stored('ann')
  const seen: number[] = []
  const migrate = (data: Record<string, unknown>, version: number) => {
    seen.push(version)
    return { names: [data.name] }
  }
  const site = new Site<z.infer<typeof after>>(session({ schema: after, store, version: 2, migrate }))
  const visit = (expected: string[]) =>
    site.raw({ cookie }, async (_request, context) => {
      const session = await context.session.open()
      expect(session.data.names).toEqual(expected)
      session.update((data) => void data.names.push('x'))
      return new Response()
    })
  expect((await visit(['ann'])).status).toBe(200)
  expect((await visit(['ann', 'x'])).status).toBe(200)
  expect(seen).toEqual([1])
})

test('promise 16: a record of a newer version is read as empty, never written, and still there after a downgrade', async () => {
  const store = new WatchedStore()
  const newer = new Site<z.infer<typeof after>>(session({ schema: after, store, version: 2 }))
  const visitor = newer.visitor()
  await visitor.visit((session) => {
    session.set('names', ['ann'])
    session.login('ann')
  })
  const older = new Site<z.infer<typeof before>>(session({ schema: before, store }))
  const same = older.visitor()
  same.jar.set('__Host-id', visitor.jar.get('__Host-id')!)
  store.taken()
  const response = await same.visit(async (session) => {
    expect(session.data).toEqual({ name: '' })
    expect(() => session.set('name', 'ben')).toThrow(/written with data version 2, and this application has version 1/)
    expect(() => session.rotate()).toThrow(/data version 2/)
  })
  expect(response.headers.getSetCookie()).toEqual([])
  expect(store.taken()).toEqual(['read'])
  expect(older.errors).toEqual([expect.objectContaining({ name: 'SessionVersionError' })])
  expect(await visitor.data()).toEqual({ names: ['ann'] })
  await same.visit((session) => session.destroy())
  await visitor.visit((session) => expect(session.isNew).toBe(true))
})

test('promise 16: stored data that the schema refuses is reported, and the session goes on with initial data', async () => {
  const { store, jar } = await stored('ann')
  const schema = z.object({ name: z.number().default(7) })
  const site = new Site<z.infer<typeof schema>>(session({ schema, store }))
  const visitor = site.visitor()
  visitor.jar.set('__Host-id', jar.get('__Host-id')!)
  await visitor.visit((session) => {
    expect(session.data).toEqual({ name: 7 })
    session.set('name', 8)
  })
  expect(site.errors).toEqual([
    expect.objectContaining({ name: 'SessionDataError', message: expect.stringContaining('data.name') as string }),
  ])
  expect(await visitor.data()).toEqual({ name: 8 })
})

test('promise 16: data that the schema refuses is not stored, nor is the login with it, and the others go on', async () => {
  const store = new WatchedStore()
  const schema = z.object({ n: z.number().max(2).default(0) })
  const site = new Site<z.infer<typeof schema>>(session({ schema, store }))
  const visitor = site.visitor()
  await visitor.visit((session) => session.set('n', 1))
  const responses = await Promise.all(
    [3, 2, 99].map((n) =>
      visitor.clone().visit((session) => {
        session.update((data) => {
          data.n = n
        })
        if (n === 99) session.login('ann')
      }),
    ),
  )
  expect(responses.map((response) => response.status)).toEqual([500, 200, 500])
  expect(site.errors).toHaveLength(2)
  expect(String(site.errors[0])).toContain('data.n: ')
  await visitor.visit((session) => expect([session.data.n, session.subject]).toEqual([2, undefined]))
})

test('what the schema adds, drops or changes is what the next request finds', async () => {
  const schema = z.object({ name: z.string().trim().default('x') })
  const site = new Site<z.infer<typeof schema>>(session({ schema }))
  const visitor = site.visitor()
  await visitor.visit(async (session) => {
    session.update((data) => void Object.assign(data, { name: '  ann ', unknown: 1 }))
    await session.commit()
    expect(session.data).toEqual({ name: 'ann' })
  })
  expect(await visitor.data()).toEqual({ name: 'ann' })
})

test('a schema that answers later works', async () => {
  const schema: StandardSchema<{ n?: number }, { n: number }> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: async (value) => {
        const { n = 0 } = value as { n?: number }
        return n < 3 ? { value: { n } } : { issues: [{ message: 'too many', path: ['n'] }] }
      },
    },
  }
  const site = new Site<{ n: number }>(session({ schema }))
  const visitor = site.visitor()
  for (const status of [200, 200, 500]) {
    const response = await visitor.visit((session) =>
      session.update((data) => {
        data.n++
      }),
    )
    expect(response.status).toBe(status)
  }
  expect(await visitor.data()).toEqual({ n: 2 })
  await visitor.visit((session) => session.rotate({ keep: 'none' }))
  expect(await visitor.data()).toEqual({ n: 0 })
})

test('defaults that differ each time are made for each session, once', async () => {
  const schema = z.object({ id: z.string().default(() => crypto.randomUUID()), n: z.number().default(0) })
  const site = new Site<z.infer<typeof schema>>(session({ schema }))
  const ids: string[] = []
  for (const visitor of [site.visitor(), site.visitor()]) {
    await visitor.visit((session) => {
      ids.push(session.data.id)
      session.set('n', 1)
    })
    expect((await visitor.data()).id).toBe(ids.at(-1))
  }
  expect(new Set(ids).size).toBe(2)
})

test('more than maxBytes is refused, with the largest keys', async () => {
  const schema = z.object({ small: z.string().optional(), large: z.string().optional() })
  const site = new Site<z.infer<typeof schema>>(session({ schema, maxBytes: 1000 }))
  await site.visitor().visit((session) => {
    session.set('small', 'x')
    session.set('large', 'x'.repeat(2000))
  })
  expect(String(site.errors[0])).toMatch(
    /data would be \d+ bytes, more than maxBytes \(1000\); the largest: large \(2002\), small \(3\)/,
  )
})

test('a value that cannot be stored fails at the write, with its path, and nothing is changed', async () => {
  const schema = z.object({ any: z.any().optional(), n: z.number().default(0) })
  const site = new Site<z.infer<typeof schema>>(session({ schema }))
  const visitor = site.visitor()
  await visitor.visit((session) => {
    expect(() => session.set('any', { deep: [() => {}] })).toThrow(/deep\[0\] is a function/)
    expect(() =>
      session.update((data) => {
        data.n = 9
        data.any = { re: /x/ }
      }),
    ).toThrow(/^data\.any\.re is an instance of RegExp/)
    expect(session.data.n).toBe(0)
    session.set('n', 1)
  })
  expect(await visitor.data()).toEqual({ n: 1 })
})

test('rich values come back through the store', async () => {
  const schema = z.object({
    when: z.date().optional(),
    map: z.map(z.string(), z.set(z.bigint())).optional(),
    site: z.instanceof(URL).optional(),
    bytes: z.instanceof(Uint8Array).optional(),
  })
  const value = {
    when: new Date(5),
    map: new Map([['k', new Set([1n, 2n])]]),
    site: new URL('https://a.test/x'),
    bytes: new Uint8Array([1, 2, 255]),
  }
  const site = new Site<z.infer<typeof schema>>(session({ schema }))
  const visitor = site.visitor()
  await visitor.visit((session) => session.update((data) => void Object.assign(data, value)))
  await visitor.visit((session) => {
    expect(session.data.when).toEqual(value.when)
    expect(session.data.map).toEqual(value.map)
    expect(session.data.site?.href).toBe('https://a.test/x')
    expect(session.data.bytes).toEqual(value.bytes)
  })
})
