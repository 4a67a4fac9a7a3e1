// The store on PostgreSQL of Debian, started here; what goes wrong goes wrong for real.
import { throughRelay } from '@fsgi/conformance/store'
import { getEventListeners } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { postgres, postgresSchema } from './postgres.ts'
import { PostgresServer } from './fixtures/postgres-server.ts'
import { session } from './session.ts'
import { Site } from './fixtures/site.ts'
import type { Pool } from 'pg'
import type { NewRecord, StoreCall } from './store.ts'
import type { PostgresPool } from './postgres.ts'
import type { Session } from './session-handle.ts'

const schema = z.object({ n: z.number().default(0), text: z.string().optional() })
type Data = z.infer<typeof schema>
const increment = (session: Session<Data>): void =>
  session.update((data) => {
    data.n++
  })

let server: PostgresServer
let pool: Pool
beforeAll(async () => {
  server = await PostgresServer.start()
  pool = server.pool()
  await postgres(pool).migrate()
})
afterAll(async () => {
  await pool?.end()
  await server?.stop()
})

const call = (now = 1000): StoreCall => ({ now, signal: new AbortController().signal })
let ids = 0
const newId = (): string => `id-${process.pid}-${ids++}`
const newRecord = (changes: Partial<NewRecord> = {}): NewRecord => ({
  verifierHash: new Uint8Array(32).fill(7),
  subject: null,
  data: new Uint8Array([0, 1, 2, 255]),
  commitId: 'first',
  createdAt: 1000,
  idleAt: 2000.5,
  absoluteAt: 9000,
  ...changes,
})

/** A pool that counts its statements. */
function counted(inner: Pool): { readonly pool: PostgresPool; readonly texts: string[] } {
  const texts: string[] = []
  const connect: PostgresPool['connect'] = (callback) =>
    inner.connect((error, client) => {
      if (client === undefined) return callback(error, undefined)
      callback(undefined, {
        query: (query) => {
          texts.push(query.text)
          return client.query(query)
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
      })
    })
  return { pool: { connect }, texts }
}

describe('the table', () => {
  test('migrate makes it once, however many processes do so at the same moment', async () => {
    const pools = Array.from({ length: 8 }, () => server.pool({ max: 1 }))
    await Promise.all(pools.map((each) => postgres(each, { table: 'made_at_once' }).migrate()))
    await postgres(pools[0]!, { table: 'made_at_once' }).migrate()
    const { rows } = await pool.query("SELECT indexname FROM pg_indexes WHERE tablename = 'made_at_once' ORDER BY 1")
    expect(rows.map((row: { indexname: string }) => row.indexname)).toEqual([
      'made_at_once_expiry_hour',
      'made_at_once_pkey',
      'made_at_once_subject',
    ])
    await Promise.all(pools.map((each) => each.end()))
  })

  test('migrate is harmless for a role that must not create tables, once the table is there', async () => {
    await pool.query('CREATE ROLE web LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON fsgi_sessions TO web')
    await pool.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC')
    const web = server.pool({ user: 'web' })
    const store = postgres(web)
    await store.migrate()
    const id = newId()
    expect(await store.create(id, newRecord(), call())).toBe(true)
    expect(await store.replace(id, { version: 1, generation: 1 }, { ...newRecord(), commitId: 'b' }, call())).toEqual({
      status: 'ok',
    })
    await expect(postgres(web, { table: 'other' }).migrate()).rejects.toThrow(/permission denied/)
    await web.end()
  })

  test('its name may have a schema, and capitals; the printed statements make the same', async () => {
    await pool.query(`CREATE SCHEMA "Web"; ${postgresSchema('Web.Sessions')}`)
    const store = postgres(pool, { table: 'Web.Sessions' })
    await store.migrate()
    const id = newId()
    await store.create(id, newRecord(), call())
    const { rows } = await pool.query('SELECT id FROM "Web"."Sessions"')
    expect(rows).toEqual([{ id }])
  })

  test('without it the error says what to do', async () => {
    const store = postgres(pool, { table: 'nowhere' })
    await expect(store.read('x', call())).rejects.toThrow(
      'the table "nowhere" does not exist: make it with `await store.migrate()`, or with the statements that postgresSchema() gives',
    )
  })
})

describe('records', () => {
  test('come back exactly, in plain bytes and numbers', async () => {
    const store = postgres(pool)
    const id = newId()
    const record = newRecord({
      subject: "ann'; --",
      createdAt: 1234.000244140625,
      data: new Uint8Array(70_000).fill(200),
    })
    await store.create(id, record, call())
    const found = await store.read(id, call())
    expect(found).toStrictEqual({ ...record, version: 1, generation: 1 })
    expect(Object.getPrototypeOf(found!.data)).toBe(Uint8Array.prototype)
  })

  test('a read and an update that nobody competes with are one statement each', async () => {
    const { pool: watched, texts } = counted(pool)
    const site = new Site<Data>(session({ schema, store: postgres(watched) }))
    const visitor = site.visitor()
    await visitor.visit(increment)
    texts.length = 0
    await visitor.visit((session) => session.data.n)
    expect(texts.splice(0)).toHaveLength(1)
    await visitor.visit(increment)
    expect(texts.splice(0)).toHaveLength(2)
    await site.visitor().visit((session) => session.data.n)
    expect(texts).toEqual([])
  })

  test('a usual write stays in its page and touches no index', async () => {
    const table = 'heap_only'
    const store = postgres(pool, { table })
    await store.migrate()
    const site = new Site<Data>(session({ schema, store, now: () => 7_200_000, idleTimeout: 1000 }))
    const visitor = site.visitor()
    await visitor.visit((session) => session.login('ann'))
    for (let i = 0; i < 50; i++) await visitor.visit(increment)
    const counts = `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = '${table}'`
    await expect.poll(async () => (await pool.query(counts)).rows).toEqual([{ all: 50, hot: 50 }])
  })
})

describe('competition', () => {
  test('promise 1: parallel updates through several pools are all kept', async () => {
    const pools = Array.from({ length: 4 }, () => server.pool({ max: 4 }))
    const sites = pools.map(
      (each) => new Site<Data>(session({ schema, store: postgres(each), storeTimeout: 30_000, commitTimeout: 50_000 })),
    )
    const visitor = sites[0]!.visitor()
    await visitor.visit(increment)
    const statuses = await parallelUpdates(sites, visitor.cookie, 400)
    expect(statuses.filter((status) => status !== 200)).toEqual([])
    expect((await visitor.data()).n).toBe(401)
    await Promise.all(pools.map((each) => each.end()))
  })

  test('promise 1: also where the database isolates transactions more strictly than it has to', async () => {
    const pools = Array.from({ length: 4 }, () =>
      server.pool({ max: 4, options: '-c default_transaction_isolation=serializable' }),
    )
    const sites = pools.map(
      (each) => new Site<Data>(session({ schema, store: postgres(each), storeTimeout: 30_000, commitTimeout: 50_000 })),
    )
    const visitor = sites[0]!.visitor()
    await visitor.visit(increment)
    const statuses = await parallelUpdates(sites, visitor.cookie, 200)
    expect(statuses.filter((status) => status !== 200)).toEqual([])
    expect((await visitor.data()).n).toBe(201)
    await Promise.all(pools.map((each) => each.end()))
  })

  test('promise 3: writers, touches and rotations against destroy: it never comes back', async () => {
    const store = postgres(pool)
    for (let round = 0; round < 40; round++) {
      const id = newId()
      await store.create(id, newRecord(), call())
      const at = { version: 1, generation: 1 }
      const next = { ...newRecord(), idleAt: 5000 }
      await Promise.all([
        store.replace(id, at, { ...next, commitId: 'b' }, call()),
        store.destroy(id, call()),
        store.touch(id, 1, 8000, call()),
        store.rotate(id, at, { ...next, commitId: 'c' }, call()),
      ])
      expect(await store.read(id, call())).toBe(null)
    }
  })

  test('promise 15: two that log a subject out everywhere at once do not wait for each other', async () => {
    const store = postgres(pool)
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 20 }, () => store.create(newId(), newRecord({ subject: 'ann' }), call())))
      const counts = await Promise.all([1, 2, 3].map(() => store.bySubject.destroyAll('ann', null, call())))
      expect(counts[0]! + counts[1]! + counts[2]!).toBe(20)
      expect(await store.bySubject.list('ann', call())).toEqual([])
    }
  })

  test('sweep takes what has expired, as much as it was told, and leaves what is being written to', async () => {
    const table = 'swept'
    const store = postgres(pool, { table })
    await store.migrate()
    await store.create('live', newRecord(), call())
    for (const id of ['a', 'b', 'c']) await store.create(id, newRecord({ idleAt: 1500 }), call())
    await store.create('d', newRecord({ idleAt: 9_000_000, absoluteAt: 1500 }), call())
    const client = await pool.connect()
    await client.query(`BEGIN; UPDATE ${table} SET version = version WHERE id = 'a'`)
    expect(await store.sweep(2, call(1500))).toBe(2)
    expect(await store.sweep(10, call(1500))).toBe(1)
    await client.query('COMMIT')
    client.release()
    expect(await store.sweep(10, call(1500))).toBe(1)
    expect(await store.sweep(10, call(1500))).toBe(0)
    const { rows } = await pool.query(`SELECT id FROM ${table}`)
    expect(rows).toEqual([{ id: 'live' }])
  })
})

describe('outages', () => {
  test('promise 19: connections that are cut all the time: no update is lost, none is applied twice', async () => {
    const cutPool = server.pool({ max: 8, application_name: 'to-be-cut' })
    const site = new Site<Data>(
      session({ schema, store: postgres(cutPool), storeTimeout: 30_000, commitTimeout: 50_000 }),
    )
    const visitor = site.visitor()
    await visitor.visit(increment)
    const cut = { isOver: false, count: 0 }
    const cutting = (async () => {
      while (!cut.isOver) {
        const { rowCount } = await pool.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'to-be-cut'",
        )
        cut.count += rowCount!
      }
    })()
    let done = 0
    let failed = 0
    const worker = async (): Promise<void> => {
      while (cut.count < 60) {
        const [status] = await parallelUpdates([site], visitor.cookie, 1)
        if (status === 200) done++
        else failed++
      }
    }
    await Promise.all(Array.from({ length: 6 }, worker))
    cut.isOver = true
    await cutting
    // Over a connection that nobody cuts: of the others some may be dead that nobody has noticed.
    const reader = new Site<Data>(session({ schema, store: postgres(pool) })).visitor()
    for (const [name, value] of visitor.jar) reader.jar.set(name, value)
    const { n } = await reader.data()
    expect(n).toBeGreaterThanOrEqual(done + 1)
    expect(n).toBeLessThanOrEqual(done + failed + 1)
    await cutPool.end()
  })

  test('a server that crashes and comes back: 503 meanwhile, what was acknowledged is there, what was destroyed is not', async () => {
    const own = server.pool()
    const site = new Site<Data>(session({ schema, store: postgres(own), storeTimeout: 30_000 }))
    const visitor = site.visitor()
    await visitor.visit(increment)
    const gone = site.visitor()
    await gone.visit(increment)
    const stolen = gone.clone()
    await gone.visit((session) => session.destroy())
    const statuses: number[] = []
    const state = { isOver: false }
    const writing = (async () => {
      while (!state.isOver) statuses.push(...(await parallelUpdates([site], visitor.cookie, 3)))
    })()
    await expect.poll(() => statuses.length).toBeGreaterThan(9)
    await server.crash()
    await expect.poll(() => statuses.at(-1)).toBe(503)
    await server.launch()
    await expect.poll(() => statuses.at(-1)).toBe(200)
    state.isOver = true
    await writing
    const done = 1 + statuses.filter((status) => status === 200).length
    const failed = statuses.length + 1 - done
    const { n } = await visitor.data()
    expect(n).toBeGreaterThanOrEqual(done)
    expect(n).toBeLessThanOrEqual(done + failed)
    await stolen.visit((session) => expect(session.isNew).toBe(true))
    await own.end()
  })

  test('promise 18: a network that swallows everything costs bounded time, and the pool is free again afterwards', async () => {
    const own: Pool[] = []
    const relay = await throughRelay(server, ({ host, port }) => {
      const pool = server.pool({ host, port, max: 2, connectionTimeoutMillis: 500 })
      own.push(pool)
      return { store: postgres(pool), close: () => pool.end() }
    })()
    const site = new Site<Data>(session({ schema, store: relay.store, storeTimeout: 300 }))
    const visitor = site.visitor()
    await visitor.visit(increment)
    relay.hang()
    const responses = await Promise.all(Array.from({ length: 6 }, () => visitor.visit(increment)))
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 503))
    relay.heal()
    await expect.poll(async () => (await visitor.visit(increment)).status).toBe(200)
    await expect.poll(() => own[0]!.totalCount - own[0]!.idleCount).toBe(0)
    await relay.close?.()
  })

  test('nothing is left behind on a signal that outlives its statements', async () => {
    const { signal } = new AbortController()
    const store = postgres(pool)
    for (let i = 0; i < 5; i++) await store.read('nobody', { now: 0, signal })
    await expect(postgres(pool, { table: 'nowhere' }).read('x', { now: 0, signal })).rejects.toThrow(/does not exist/)
    await expect.poll(() => getEventListeners(signal, 'abort')).toEqual([])
  })

  test('a statement that got no connection before its time was over is never sent', async () => {
    const own = server.pool({ max: 1 })
    const store = postgres(own)
    const id = newId()
    await store.create(id, newRecord(), call())
    const client = await own.connect()
    const controller = new AbortController()
    const destroyed = store.destroy(id, { now: 1000, signal: controller.signal })
    controller.abort(new Error('too late'))
    client.release()
    await expect(destroyed).rejects.toThrow('too late')
    expect(await store.read(id, call())).not.toBe(null)
    await own.end()
  })

  test('a connection that was broken while it was used does not end the process, and is not used again', async () => {
    const own = server.pool({ max: 1 })
    const store = postgres(own)
    const id = newId()
    await store.create(id, newRecord(), call())
    const blocker = await pool.connect()
    await blocker.query(`BEGIN; SELECT 1 FROM fsgi_sessions WHERE id = '${id}' FOR UPDATE`)
    const refused = expect(store.destroy(id, call())).rejects.toThrow(/terminat/)
    const waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    await expect.poll(async () => (await pool.query(waiting)).rows.length).toBe(1)
    await pool.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS waiting`)
    await refused
    await blocker.query('ROLLBACK')
    blocker.release()
    expect(await store.read(id, call())).not.toBe(null)
    await own.end()
  })
})

async function parallelUpdates(sites: readonly Site<Data>[], cookie: string, count: number): Promise<number[]> {
  const responses = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      sites[i % sites.length]!.raw({ cookie }, async (_request, context) => {
        increment(await context.session.open())
        return new Response()
      }),
    ),
  )
  return responses.map(({ status }) => status)
}
