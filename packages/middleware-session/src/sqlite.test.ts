import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Libsql from 'libsql'
import { describeStore } from '@fsgi/conformance/store/vitest'
import { afterAll, describe, expect, test } from 'vitest'
import { sqlite } from './sqlite.ts'
import type { NewRecord, StoreCall } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'fsgi-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const newFile = (): string => join(folder, `${files++}.db`)

// With libsql on Node 20. sqlite.runtimes.test.ts has the others.
const shared = newFile()
const worker = fileURLToPath(new URL('fixtures/sqlite-worker.ts', import.meta.url))
describeStore({
  name: 'sqlite(path)',
  can: ['bySubject', 'sweep'],
  open: () => {
    const store = sqlite(shared)
    return { store, close: () => store.close() }
  },
  worker: () => fork(worker, [shared], { execArgv: ['--import', 'tsx'] }),
})

const call = (now = 0, signal = new AbortController().signal): StoreCall => ({ now, signal })
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

test('sessions outlive the process that made them', async () => {
  const file = newFile()
  const first = sqlite(file)
  await first.create('a', record(), call())
  first.close()
  const second = sqlite({ path: file })
  expect(await second.read('a', call())).toEqual({ ...record(), version: 1, generation: 1 })
  second.close()
})

test('the file is in WAL mode, so that readers and a writer do not wait for each other', () => {
  const file = newFile()
  const store = sqlite(file)
  const database = new Libsql(file)
  expect(database.pragma('journal_mode')).toEqual([expect.objectContaining({ journal_mode: 'wal' })])
  database.close()
  store.close()
})

test('what has expired goes while others are created', async () => {
  const database = new Libsql(newFile())
  const store = sqlite({ database, table: 'kept' })
  for (let i = 0; i < 50; i++) await store.create(`old${i}`, record({ idleAt: 10 }), call())
  for (let i = 0; i < 64; i++) await store.create(`new${i}`, record(), call(20))
  expect(database.prepare('SELECT count(*) AS n FROM kept').all()).toEqual([{ n: 64 }])
  database.close()
})

test('a list is in the order of creation', async () => {
  const store = sqlite(':memory:')
  for (const [id, createdAt] of Object.entries({ z: 1, a: 3, m: 2 }))
    await store.create(id, record({ subject: 'ann', createdAt }), call())
  expect(await store.bySubject.list('ann', call())).toEqual(['z', 'm', 'a'])
  store.close()
})

describe('when another process writes for long', () => {
  const held = async (busyTimeout: number) => {
    const file = newFile()
    const store = sqlite({ path: file, busyTimeout })
    await store.create('a', record(), call())
    const other = new Libsql(file)
    other.exec('BEGIN IMMEDIATE')
    return { store, other }
  }

  test('reads go on, and a write waits without stopping the process', async () => {
    const { store, other } = await held(60_000)
    let turns = 0
    const counting = setInterval(() => turns++, 1)
    const destroyed = store.destroy('a', call())
    expect(await store.read('a', call())).not.toBe(null)
    await expect.poll(() => turns).toBeGreaterThan(5)
    other.exec('COMMIT')
    expect(await destroyed).toBe(true)
    clearInterval(counting)
    other.close()
    store.close()
  })

  test('a write beside one that waits is in the file when it is acknowledged', async () => {
    const file = newFile()
    const store = sqlite(file)
    await store.create('a', record(), call())
    const other = new Libsql(file)
    other.exec('BEGIN IMMEDIATE')
    const next = { data: new Uint8Array(1), idleAt: 100, commitId: 'next' }
    const waiting = store.replace('a', { version: 1, generation: 1 }, next, call())
    other.exec('ROLLBACK')
    await store.create('b', record(), call())
    expect(other.prepare("SELECT id FROM fsgi_sessions WHERE id = 'b'").all()).toEqual([{ id: 'b' }])
    expect(await waiting).toEqual({ status: 'ok' })
    other.close()
    store.close()
  })

  test('a write that has waited for busyTimeout is an error', async () => {
    const { store, other } = await held(50)
    await expect(store.destroy('a', call())).rejects.toThrow('database is locked')
    other.exec('COMMIT')
    expect(await store.destroy('a', call())).toBe(true)
    other.close()
    store.close()
  })

  test('a write that nobody waits for any more is not made', async () => {
    const { store, other } = await held(60_000)
    const controller = new AbortController()
    const destroyed = store.destroy('a', call(0, controller.signal))
    controller.abort(new Error('too late'))
    await expect(destroyed).rejects.toThrow('too late')
    other.exec('COMMIT')
    expect(await store.read('a', call())).not.toBe(null)
    other.close()
    store.close()
  })
})

describe('a database of the application', () => {
  test('holds the table beside its own, and stays open', async () => {
    const database = new Libsql(':memory:')
    database.exec('CREATE TABLE users (name TEXT)')
    const store = sqlite({ database })
    await store.create('a', record(), call())
    store.close()
    expect(database.prepare('SELECT id FROM fsgi_sessions').all()).toEqual([{ id: 'a' }])
    database.close()
  })

  test('with another table of the name is refused', () => {
    const database = new Libsql(':memory:')
    database.exec('CREATE TABLE fsgi_sessions (sid TEXT, sess TEXT)')
    expect(() => sqlite({ database })).toThrow(
      /^@fsgi\/middleware-session: sqlite\(\): cannot keep sessions in the table 'fsgi_sessions' of the database: /,
    )
    database.close()
  })
})

test.each([
  [undefined, 'the options must be a path or an object'],
  [{}, 'the options need either path or database, and not both'],
  ['', "option 'path' must not be empty"],
  [{ path: 'x', table: 'a b' }, "option 'table' must be a name of at most 51 letters, digits and _"],
  [{ path: 'x', busyTimeout: -1 }, "option 'busyTimeout' must be 0 or more"],
  [{ path: 'x', wal: false }, "option 'wal' is not an option"],
  [{ database: {} }, "option 'database' must be an open database, with exec, prepare and close"],
])('sqlite(%j) is refused: %s', (options, message) => {
  expect(() => sqlite(options as string)).toThrow(`@fsgi/middleware-session: sqlite(): ${message}`)
})

test('a file that cannot be opened is an error that names it', () => {
  expect(() => sqlite(join(folder, 'none/x.db'))).toThrow(
    /^@fsgi\/middleware-session: sqlite\(\): cannot .*none\/x\.db'/,
  )
})
