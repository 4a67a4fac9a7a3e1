import * as z from 'zod/mini'
import { createTable, prepareStatements } from './sqlite-statements.ts'
import { openDatabase } from './sqlite-driver.ts'
import { unlessBusy, unlessBusySync } from './sqlite-busy.ts'
import type { At, NewRecord, Next, NextRotation, SessionStore, StoreCall, StoredRecord } from './store.ts'
import type { StoreOutcome, SubjectIndex } from './store.ts'
import type { SqliteDatabase, SqliteValue } from './sqlite-driver.ts'
import type { Statements } from './sqlite-statements.ts'

export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-driver.ts'

export interface SqliteOptions {
  /** The file, made if it is not there; `:memory:` for none. */
  readonly path?: string
  /** A database that is open already, instead of `path`: of `node:sqlite`, `bun:sqlite`, better-sqlite3 or libsql. */
  readonly database?: SqliteDatabase
  /** The name of the table, made if it is not there. Default `fsgi_sessions`. */
  readonly table?: string
  /** How long a call waits for another process that writes, in milliseconds. Default 5000. */
  readonly busyTimeout?: number
}

/** Sessions in a file of SQLite. */
export interface SqliteStore extends SessionStore {
  readonly bySubject: SubjectIndex
  sweep(max: number, call: StoreCall): Promise<number>
  /** Closes the file; a database that was given stays open. */
  close(): void
}

/**
 * Sessions in a file on this machine, which several processes may share and which survives them: written with `node:sqlite`,
 * `bun:sqlite`, or `libsql` where there is neither (Node 20: `npm install libsql`).
 *
 * ```ts
 * const store = sqlite('sessions.db')
 * session({ schema, store })
 * ```
 * @throws {TypeError} for wrong options. @throws {Error} if there is no driver, or the file cannot be used.
 */
export function sqlite(pathOrOptions: string | SqliteOptions): SqliteStore {
  const { path, database, table, busyTimeout } = readOptions(pathOrOptions)
  const opened = database ?? unlessBusySync(() => openDatabase(path!), busyTimeout)
  try {
    if (database === undefined) unlessBusySync(() => setUp(opened), busyTimeout)
    unlessBusySync(() => createTable(opened, table), busyTimeout)
    return new Sqlite(opened, prepareStatements(opened, table), busyTimeout, database === undefined)
  } catch (error) {
    if (database === undefined) opened.close()
    const where = path === undefined ? 'the database' : `'${path}'`
    throw new Error(
      `@fsgi/middleware-session: sqlite(): cannot keep sessions in the table '${table}' of ${where}: ${(error as Error).message}`,
      { cause: error },
    )
  }
}

/**
 * WAL: readers and a writer do not wait for each other. FULL: what is acknowledged survives a power failure, a logout too.
 * The timeout is short, as SQLite waits inside of the call; the rest of the waiting is done outside.
 */
function setUp(database: SqliteDatabase): void {
  database.exec('PRAGMA busy_timeout = 20')
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
}

class Sqlite implements SqliteStore {
  readonly #database: SqliteDatabase
  readonly #sql: Statements
  readonly #busyTimeout: number
  readonly #owned: boolean
  #created = 0

  constructor(database: SqliteDatabase, sql: Statements, busyTimeout: number, owned: boolean) {
    this.#database = database
    this.#sql = sql
    this.#busyTimeout = busyTimeout
    this.#owned = owned
  }

  readonly bySubject: SubjectIndex = {
    list: (subject, call) =>
      this.#do(call, () => this.#sql.list.all(subject, call.now).map((row) => (row as { id: string }).id)),
    destroyAll: (subject, except, call) =>
      this.#write(call, () => liveIn(this.#sql.destroyAll.all(subject, except), call)),
  }

  async create(id: string, record: NewRecord, call: StoreCall): Promise<boolean> {
    const { verifierHash, subject, data, commitId, createdAt, idleAt, absoluteAt } = record
    const values: SqliteValue[] = [
      id,
      verifierHash,
      subject,
      data,
      commitId,
      createdAt,
      Math.min(idleAt, absoluteAt),
      absoluteAt,
      call.now,
    ]
    const created = await this.#write(call, () => this.#sql.create.run(...values).changes)
    if (Number(created) === 0) return (await this.read(id, call))?.commitId === commitId
    // What has expired goes a little faster than new sessions come, so that nobody has to sweep.
    if (++this.#created % 64 === 0) await this.sweep(128, call)
    return true
  }

  read(id: string, call: StoreCall): Promise<StoredRecord | null> {
    return this.#do(call, () => {
      const row = this.#sql.read.all(id, call.now)[0]
      return row === undefined ? null : recordOf(row as Row)
    })
  }

  replace(id: string, at: At, next: Next, call: StoreCall): Promise<StoreOutcome> {
    return this.#swap('replace', id, at, next, [next.idleAt], call)
  }

  rotate(id: string, at: At, next: NextRotation, call: StoreCall): Promise<StoreOutcome> {
    const { idleAt, verifierHash, subject, absoluteAt } = next
    return this.#swap('rotate', id, at, next, [Math.min(idleAt, absoluteAt), verifierHash, subject, absoluteAt], call)
  }

  async touch(id: string, generation: number, idleAt: number, call: StoreCall): Promise<boolean> {
    return Number(await this.#write(call, () => this.#sql.touch.run(idleAt, id, generation, call.now).changes)) > 0
  }

  async destroy(id: string, call: StoreCall): Promise<boolean> {
    return (await this.#write(call, () => liveIn(this.#sql.destroy.all(id), call))) > 0
  }

  async sweep(max: number, call: StoreCall): Promise<number> {
    return Number(await this.#write(call, () => this.#sql.sweep.run(call.now, max).changes))
  }

  close(): void {
    if (this.#owned) this.#database.close()
  }

  async #swap(
    statement: 'replace' | 'rotate',
    id: string,
    { version, generation }: At,
    { data, commitId }: Next,
    more: readonly SqliteValue[],
    call: StoreCall,
  ): Promise<StoreOutcome> {
    const values = [data, commitId, ...more, id, version, generation, call.now, commitId]
    const changed = await this.#write(call, () => this.#sql[statement].run(...values).changes)
    if (Number(changed) > 0) return { status: 'ok' }
    const current = await this.read(id, call)
    if (current === null) return { status: 'gone' }
    if (current.commitId === commitId) return { status: 'ok' }
    return current.generation === generation ? { status: 'conflict', current } : { status: 'gone' }
  }

  async #do<R>(call: StoreCall, work: () => R): Promise<R> {
    return unlessBusy(work, this.#busyTimeout, call)
  }

  /**
   * Takes the lock before it writes. A write that finds it taken stays unfinished in libsql until it is asked for again, and
   * meanwhile SQLite commits no other write of this connection, but says that it is done.
   */
  async #write<R>(call: StoreCall, work: () => R): Promise<R> {
    return this.#do(call, () => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        this.#database.exec('COMMIT')
        return result
      } catch (error) {
        this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }
}

interface Row {
  readonly version: number
  readonly generation: number
  readonly verifier_hash: Uint8Array | ArrayBuffer
  readonly subject: string | null
  readonly data: Uint8Array | ArrayBuffer
  readonly commit_id: string
  readonly created_at: number
  readonly idle_at: number
  readonly absolute_at: number
}

function recordOf(row: Row): StoredRecord {
  return {
    version: row.version,
    generation: row.generation,
    verifierHash: plain(row.verifier_hash),
    subject: row.subject,
    data: plain(row.data),
    commitId: row.commit_id,
    createdAt: row.created_at,
    idleAt: row.idle_at,
    absoluteAt: row.absolute_at,
  }
}

/** better-sqlite3 gives a Buffer, libsql an ArrayBuffer, the others what they were given. */
function plain(bytes: Uint8Array | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
}

function liveIn(rows: readonly unknown[], { now }: StoreCall): number {
  return rows.filter((row) => now < (row as { idle_at: number }).idle_at).length
}

const OPTIONS = z
  .strictObject(
    {
      path: z.optional(z.string('must be a path').check(z.minLength(1, 'must not be empty'))),
      database: z.optional(
        z.custom<SqliteDatabase>(isDatabase, 'must be an open database, with exec, prepare and close'),
      ),
      table: z._default(
        z
          .string('must be a name')
          .check(z.regex(/^[A-Za-z_]\w{0,50}$/, 'must be a name of at most 51 letters, digits and _')),
        'fsgi_sessions',
      ),
      busyTimeout: z._default(
        z.number('must be a number of milliseconds').check(z.nonnegative('must be 0 or more')),
        5000,
      ),
    },
    'must be a path or an object',
  )
  .check(
    z.refine(
      ({ path, database }) => (path === undefined) !== (database === undefined),
      'need either path or database, and not both',
    ),
  )

function readOptions(given: unknown): z.infer<typeof OPTIONS> {
  const result = OPTIONS.safeParse(typeof given === 'string' ? { path: given } : given)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const unknown = issue.code === 'unrecognized_keys'
  const path = unknown ? issue.keys[0] : issue.path[0]
  const what = path === undefined ? 'the options' : `option '${String(path)}'`
  throw new TypeError(`@fsgi/middleware-session: sqlite(): ${what} ${unknown ? 'is not an option' : issue.message}`)
}

function isDatabase(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return ['exec', 'prepare', 'close'].every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}
