import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { memory } from './memory-store.ts'
import type { NewRecord, StoreCall } from './store.ts'

const call = (now = 0): StoreCall => ({ now, signal: new AbortController().signal })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const record = (overrides: Partial<NewRecord> = {}): NewRecord => ({
  verifierHash: new Uint8Array(32),
  subject: null,
  data: bytes('data'),
  commitId: 'create',
  createdAt: 0,
  idleAt: 100,
  absoluteAt: 1000,
  ...overrides,
})
const rotation = (overrides = {}) => ({ ...record(), commitId: 'rotate', ...overrides })

describe('the contract of stores', () => {
  test('create inserts once, and says so again to the same commit', async () => {
    const store = memory()
    expect(await store.create('a', record(), call())).toBe(true)
    expect(await store.create('a', record(), call())).toBe(true)
    expect(await store.create('a', record({ commitId: 'other', data: bytes('other') }), call())).toBe(false)
    expect(await store.read('a', call())).toEqual({ ...record(), version: 1, generation: 1 })
    expect(await store.read('b', call())).toBe(null)
  })

  test('replace needs the version and generation that it was computed from', async () => {
    const store = memory()
    await store.create('a', record(), call())
    const next = { data: bytes('next'), idleAt: 200, commitId: 'c1' }
    const at = { version: 1, generation: 1 }
    expect(await store.replace('b', at, next, call())).toEqual({ status: 'gone' })
    expect(await store.read('b', call())).toBe(null)
    expect(await store.replace('a', { version: 1, generation: 2 }, next, call())).toEqual({ status: 'gone' })
    expect(await store.replace('a', at, next, call())).toEqual({ status: 'ok' })
    expect(await store.replace('a', at, next, call())).toEqual({ status: 'ok' })
    const current = { ...record(), ...next, version: 2, generation: 1 }
    expect(await store.read('a', call())).toEqual(current)
    expect(await store.replace('a', at, { ...next, commitId: 'c2' }, call())).toEqual({ status: 'conflict', current })
  })

  test('rotate changes data, verifier, subject and limit in one step', async () => {
    const store = memory()
    await store.create('a', record(), call())
    const next = rotation({
      verifierHash: new Uint8Array(32).fill(1),
      subject: 'ann',
      data: bytes('x'),
      absoluteAt: 2000,
      idleAt: 3000,
    })
    expect(await store.rotate('a', { version: 1, generation: 1 }, next, call())).toEqual({ status: 'ok' })
    expect(await store.rotate('a', { version: 1, generation: 1 }, next, call())).toEqual({ status: 'ok' })
    expect(await store.read('a', call())).toEqual({ ...next, createdAt: 0, idleAt: 2000, version: 2, generation: 2 })
    const late = { data: bytes('poison'), idleAt: 1, commitId: 'late' }
    expect(await store.replace('a', { version: 1, generation: 1 }, late, call())).toEqual({ status: 'gone' })
    expect(await store.touch('a', 1, 1900, call())).toBe(false)
  })

  test('nothing brings back what is destroyed', async () => {
    const store = memory()
    await store.create('a', record({ subject: 'ann' }), call())
    expect(await store.destroy('a', call())).toBe(true)
    expect(await store.destroy('a', call())).toBe(false)
    const at = { version: 1, generation: 1 }
    expect(await store.replace('a', at, record(), call())).toEqual({ status: 'gone' })
    expect(await store.rotate('a', at, rotation(), call())).toEqual({ status: 'gone' })
    expect(await store.touch('a', 1, 500, call())).toBe(false)
    expect(await store.read('a', call())).toBe(null)
    expect(await store.bySubject.list('ann', call())).toEqual([])
  })

  test('limits are exact: live before idleAt and absoluteAt, absent from then on, to every method', async () => {
    const at = { version: 1, generation: 1 }
    for (const [now, live] of [
      [99, true],
      [100, false],
    ] as const) {
      const fresh = async () => {
        const store = memory()
        await store.create('a', record(), call())
        return store
      }
      expect((await (await fresh()).read('a', call(now))) !== null).toBe(live)
      expect(await (await fresh()).touch('a', 1, 500, call(now))).toBe(live)
      expect((await (await fresh()).replace('a', at, { ...record(), commitId: 'x' }, call(now))).status).toBe(
        live ? 'ok' : 'gone',
      )
      expect((await (await fresh()).rotate('a', at, rotation(), call(now))).status).toBe(live ? 'ok' : 'gone')
      expect(await (await fresh()).destroy('a', call(now))).toBe(live)
      expect(await (await fresh()).create('a', record({ commitId: 'new', idleAt: 900 }), call(now))).toBe(!live)
    }
  })

  test('touch moves idleAt later only, at most to absoluteAt, and nothing else', async () => {
    const store = memory()
    await store.create('a', record(), call())
    expect(await store.touch('a', 1, 50, call())).toBe(true)
    expect((await store.read('a', call()))!.idleAt).toBe(100)
    expect(await store.touch('a', 1, 5000, call())).toBe(true)
    expect(await store.read('a', call())).toEqual({ ...record(), idleAt: 1000, version: 1, generation: 1 })
  })

  test('the index of subjects follows every change', async () => {
    const store = memory()
    for (const id of ['a', 'b', 'c']) await store.create(id, record({ subject: 'ann' }), call())
    await store.rotate('b', { version: 1, generation: 1 }, rotation({ subject: 'ben' }), call())
    expect(await store.bySubject.list('ann', call())).toEqual(['a', 'c'])
    expect(await store.bySubject.list('ben', call())).toEqual(['b'])
    expect(await store.bySubject.destroyAll('ann', 'c', call())).toBe(1)
    expect(await store.bySubject.list('ann', call())).toEqual(['c'])
    expect(await store.bySubject.destroyAll('ben', null, call())).toBe(1)
    expect(await store.read('c', call())).not.toBe(null)
  })

  test('sweep removes what has expired, at most so many', async () => {
    const store = memory()
    for (let i = 0; i < 10; i++)
      await store.create(String(i), record({ idleAt: i < 7 ? 50 : 100, subject: 'ann' }), call())
    expect(await store.sweep(5, call(50))).toBe(5)
    expect(await store.sweep(5, call(50))).toBe(2)
    expect(await store.bySubject.list('ann', call(50))).toEqual(['7', '8', '9'])
  })
})

describe('promise 20: memory', () => {
  test('promise 20: entries are bounded, and the least recently used goes', async () => {
    const store = memory({ maxEntries: 3 })
    for (const id of ['a', 'b', 'c']) await store.create(id, record({ subject: id }), call())
    await store.read('a', call())
    await store.create('d', record(), call())
    expect(await store.read('b', call())).toBe(null)
    expect(await store.bySubject.list('b', call())).toEqual([])
    for (const id of ['a', 'c', 'd']) expect(await store.read(id, call())).not.toBe(null)
  })

  test('promise 20: bytes are bounded, when records grow too', async () => {
    const store = memory({ maxBytes: 10_000 })
    for (const id of ['a', 'b', 'c']) await store.create(id, record({ data: new Uint8Array(2000) }), call())
    await store.replace(
      'c',
      { version: 1, generation: 1 },
      { data: new Uint8Array(6000), idleAt: 100, commitId: 'x' },
      call(),
    )
    expect(await store.read('a', call())).toBe(null)
    expect(await store.read('b', call())).not.toBe(null)
    expect(await store.read('c', call())).not.toBe(null)
  })

  test('promise 20: what has expired goes while others are created', async () => {
    const store = memory()
    for (let i = 0; i < 50; i++) await store.create(`old${i}`, record({ idleAt: 10, subject: 'old' }), call())
    for (let i = 0; i < 60; i++) await store.create(`new${i}`, record(), call(20))
    expect(await store.bySubject.list('old', call(20))).toEqual([])
  })

  test('promise 20: no bytes are shared with who stored or read them', async () => {
    const store = memory()
    const given = bytes('data')
    await store.create('a', record({ data: given }), call())
    given.fill(0)
    const read = (await store.read('a', call()))!
    read.data.fill(1)
    read.verifierHash.fill(1)
    expect(await store.read('a', call())).toEqual({ ...record(), version: 1, generation: 1 })
  })
})

test('promise 20: a process that has stored sessions ends by itself, and is warned in production if there are several', async () => {
  const [one, cluster, development, alone, dyno] = await Promise.all([
    run({}),
    run({ NODE_ENV: 'production', CLUSTER: '1' }),
    run({ CLUSTER: '1' }),
    run({ NODE_ENV: 'production', WEB_CONCURRENCY: '1' }),
    run({ NODE_ENV: 'production', WEB_CONCURRENCY: '4' }),
  ])
  const warning = /^@fsgi\/middleware-session: memory\(\) keeps sessions in this process only, .*\n$/ // one line: once
  expect([one, development, alone]).toEqual(['', '', ''])
  expect(cluster).toMatch(warning)
  expect(dyno).toMatch(warning)
}, 60_000)

test('a wrong limit is refused by name', () => {
  expect(() => memory({ maxEntries: 0 })).toThrow(
    "@fsgi/middleware-session: memory(): option 'maxEntries' must be a whole number, 1 or more",
  )
  expect(() => memory({ max: 1 } as object)).toThrow("option 'max' is not an option")
})

/** What a process of its own prints. */
async function run(env: Record<string, string>): Promise<string> {
  const program = fileURLToPath(new URL('fixtures/memory-process.ts', import.meta.url))
  const options = { env: { PATH: process.env.PATH, ...env }, timeout: 50_000 }
  return (await promisify(execFile)(process.execPath, ['--import', 'tsx', program], options)).stdout
}
