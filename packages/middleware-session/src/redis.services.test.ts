import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createClient, createCluster, createSentinel } from 'redis'
import { createClient as createClient5 } from 'redis-5'
import { throughRelay } from '@fsgi/conformance/store'
import { describeStore } from '@fsgi/conformance/store/vitest'
import { afterAll, describe, expect, test } from 'vitest'
import { redis } from './redis.ts'
import { startCluster, startRedis, startSentinel, startValkey } from './fixtures/redis-server.ts'
import type { NewRecord, StoreCall } from './store.ts'

const server = await startRedis()
const cluster = await startCluster()
const valkey = await startValkey()
const sentinel = await startSentinel(server)
const watched = createSentinel({
  name: 'primary',
  sentinelRootNodes: [{ host: sentinel.host, port: sentinel.port }],
})
await watched.on('error', () => undefined).connect()
afterAll(async () => {
  await watched.destroy()
  await sentinel.stop()
  await valkey.stop()
  await server.stop()
  await cluster.stop()
})

const worker = fileURLToPath(new URL('fixtures/redis-worker.ts', import.meta.url))
const forked = (...args: string[]) => fork(worker, args, { execArgv: ['--import', 'tsx'] })
const ignore = (): void => undefined

async function connect({ host, port } = { host: server.host, port: server.port }) {
  return createClient({ socket: { host, port } }).on('error', ignore).connect()
}
async function connectCluster() {
  const rootNodes = cluster.nodes.map(({ host, port }) => ({ socket: { host, port } }))
  return createCluster({ rootNodes }).on('error', ignore).connect()
}

describeStore({
  name: 'redis() on one server',
  can: ['bySubject'],
  open: async () => {
    const client = await connect()
    return { store: redis(client), close: () => client.destroy() }
  },
  worker: () => forked('server', String(server.port)),
  faults: throughRelay(server, async (relay) => {
    const client = await connect(relay)
    return { store: redis(client), close: () => client.destroy() }
  }),
})

describeStore({
  name: 'redis() with version 5 of the client',
  can: ['bySubject'],
  open: async () => {
    const client = createClient5({ socket: { host: server.host, port: server.port } }).on('error', ignore)
    await client.connect()
    return { store: redis(client), close: () => client.destroy() }
  },
  worker: () => forked('server', String(server.port)),
})

describeStore({
  name: 'redis() on Valkey',
  can: ['bySubject'],
  open: async () => {
    const client = await connect(valkey)
    return { store: redis(client), close: () => client.destroy() }
  },
  worker: () => forked('server', String(valkey.port)),
})

describeStore({
  name: 'redis() by way of a Sentinel',
  can: ['bySubject'],
  open: () => ({ store: redis(watched) }), // a client of its own takes a second to connect
  worker: () => forked('sentinel', String(sentinel.port)),
})

describeStore({
  name: 'redis() on a Cluster of three',
  can: ['bySubject'],
  open: async () => {
    const client = await connectCluster()
    return { store: redis(client), close: () => client.destroy() }
  },
  worker: () => forked('cluster', String(cluster.nodes[0]!.port)),
})

const call = (now = 0): StoreCall => ({ now, signal: new AbortController().signal })
const record = (overrides: Partial<NewRecord> = {}): NewRecord => ({
  verifierHash: new Uint8Array(32),
  subject: null,
  data: new TextEncoder().encode('data'),
  commitId: 'create',
  createdAt: 0,
  idleAt: 100,
  absoluteAt: 1000,
  ...overrides,
})

describe('what is in Redis', () => {
  test('a session is one key, which Redis removes some time after its limit, and touching keeps', async () => {
    const client = await connect()
    const store = redis(client, { prefix: 'ttl:' })
    await store.create('a', record({ idleAt: 100_000, absoluteAt: 1_000_000 }), call())
    expect(await client.keys('ttl:*')).toEqual(['ttl:id:a'])
    const first = await client.pTTL('ttl:id:a')
    expect(first).toBeGreaterThan(100_000)
    expect(first).toBeLessThanOrEqual(160_000)
    await store.touch('a', 1, 500_000, call())
    expect(await client.pTTL('ttl:id:a')).toBeGreaterThan(500_000)
    client.destroy()
  })

  test('nothing that is there lets anybody in: no verifier, only its hash', async () => {
    const client = await connect()
    await redis(client, { prefix: 'dump:' }).create('a', record(), call())
    expect(Object.keys(await client.hGetAll('dump:id:a')).toSorted()).toEqual(['c', 'd', 'g', 'h', 'i', 't', 'v', 'x'])
    client.destroy()
  })

  test('the index of a subject holds no places of sessions that are gone, and goes with its last', async () => {
    const client = await connect()
    const store = redis(client, { prefix: 'index:' })
    const long = { idleAt: 10_000_000, absoluteAt: 20_000_000 }
    for (const id of ['kept', 'expired', 'destroyed', 'renewed', 'moved'])
      await store.create(id, record({ ...long, subject: 'ann', ...(id === 'expired' && { idleAt: 100 }) }), call())
    await store.destroy('destroyed', call())
    const first = { version: 1, generation: 1 }
    await store.rotate('renewed', first, { ...record(long), commitId: 'r', subject: 'ann' }, call())
    await store.rotate('moved', first, { ...record(long), commitId: 'm', subject: 'ben' }, call())
    await client.del('index:id:expired') // as Redis does after a while
    // It may be about to be created, for an hour.
    expect((await store.bySubject.list('ann', call(1000))).toSorted()).toEqual(['kept', 'renewed'])
    expect(await client.zRange('index:subject:ann', 0, -1)).toEqual(['1:0:expired', '1:0:kept', '2::renewed'])
    await store.bySubject.list('ann', call(3_600_001))
    expect(await client.zRange('index:subject:ann', 0, -1)).toEqual(['1:0:kept', '2::renewed'])
    expect(await store.bySubject.destroyAll('ann', null, call(3_600_001))).toBe(2)
    expect(await client.exists('index:subject:ann')).toBe(0)
    expect(await client.pTTL('index:subject:ben')).toBeGreaterThan(19_000_000)
    client.destroy()
  })

  test('a subject with many sessions is listed and ended without a warning', async () => {
    const client = await connect()
    const store = redis(client, { prefix: 'many:' })
    const warnings: Error[] = []
    const onWarning = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', onWarning)
    for (let i = 0; i < 50; i++) await store.create(`many${i}`, record({ subject: 'ann' }), call())
    expect((await store.bySubject.list('ann', call())).length).toBe(50)
    expect(await store.bySubject.destroyAll('ann', null, call())).toBe(50)
    await new Promise((resolve) => setImmediate(resolve)) // Node emits them in a later turn
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
    client.destroy()
  })

  test('the sessions of a Cluster are on all of its nodes', async () => {
    const client = await connectCluster()
    const store = redis(client)
    for (let i = 0; i < 60; i++) await store.create(`spread${i}`, record({ idleAt: 1e7, absoluteAt: 1e7 }), call())
    for (const node of cluster.nodes) {
      const direct = await connect(node)
      expect((await direct.keys('session:id:spread*')).length).toBeGreaterThan(0)
      direct.destroy()
    }
    client.destroy()
  })
})

describe('a server that has forgotten', () => {
  test('the scripts gets them again', async () => {
    const client = await connect()
    const store = redis(client, { prefix: 'flush:' })
    await store.create('a', record(), call())
    await client.scriptFlush()
    expect(await store.read('a', call())).not.toBe(null)
    await client.scriptFlush()
    expect(await store.destroy('a', call())).toBe(true)
    client.destroy()
  })

  test('that a session was there, as it was restarted without a disk, says so, and goes on', async () => {
    const own = await startRedis()
    const client = await connect(own)
    const store = redis(client)
    await store.create('a', record(), call())
    await own.stop()
    const again = await startRedis('--port', String(own.port))
    await expect.poll(() => store.read('a', call()).catch(() => 'away')).toBe(null)
    expect(await store.create('b', record(), call())).toBe(true)
    client.destroy()
    await again.stop()
  })
})

test('a write that was not sent because the server was away is not made when it comes back, if nobody waits for it', async () => {
  const relayed = await throughRelay(server, async (relay) => {
    const client = await connect(relay)
    return { store: redis(client, { prefix: 'late:' }), close: () => client.destroy() }
  })()
  const client = await connect()
  await relayed.store.create('a', record({ idleAt: 1e6, absoluteAt: 1e6 }), call())
  relayed.refuse()
  await expect
    .poll(() => relayed.store.read('a', { now: 0, signal: AbortSignal.timeout(20) }).catch(() => 'away'))
    .toBe('away')
  const controller = new AbortController()
  const destroyed = relayed.store.destroy('a', { now: 0, signal: controller.signal })
  controller.abort()
  await expect(destroyed).rejects.toThrow()
  relayed.heal()
  await expect.poll(() => relayed.store.read('a', call()).catch(() => 'away')).not.toBe('away')
  expect(await redis(client, { prefix: 'late:' }).read('a', call())).not.toBe(null)
  await relayed.close!()
  client.destroy()
})

test('what redis() cannot use is refused', () => {
  const client = { withCommandOptions: ignore } as never
  expect(() => redis({} as never)).toThrow('redis(): the client must be one of the redis package, version 5 or later')
  expect(() => redis(client, { prefix: 1 as never })).toThrow("redis(): option 'prefix' must be text")
  expect(() => redis(client, { ttl: 1 } as never)).toThrow("redis(): option 'ttl' is not an option")
})
