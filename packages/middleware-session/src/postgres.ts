import { postgresSchema, quotedTable } from './postgres-schema.ts'
import { query, queryOnce } from './postgres-query.ts'
import { statementsFor } from './postgres-statements.ts'
import type {
  At,
  NewRecord,
  Next,
  NextRotation,
  SessionStore,
  StoreCall,
  StoredRecord,
  StoreOutcome,
  SubjectIndex,
} from './store.ts'
import type { PostgresPool } from './postgres-query.ts'
import type { Statements } from './postgres-statements.ts'

export { postgresSchema } from './postgres-schema.ts'
export type { PostgresClient, PostgresPool } from './postgres-query.ts'

export interface PostgresStoreOptions {
  /** The table: `name` or `schema.name`, as it is spelled in the database. Default `fsgi_sessions`. */
  readonly table?: string
}

export interface PostgresStore extends SessionStore {
  readonly bySubject: SubjectIndex
  sweep(max: number, call: StoreCall): Promise<number>
  /** Makes the table, unless it is there. Several processes may call it at once. */
  migrate(): Promise<void>
}

/**
 * Sessions in PostgreSQL 12 or later, through a pool of the `pg` package, which stays the application's: it opens it, listens
 * to its `error` event and ends it. A read, and a write that nobody competes with, is one statement. No statement is
 * prepared by name, no connection keeps a state: poolers such as PgBouncer may stand between.
 *
 * ```ts
 * const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
 * pool.on('error', console.error)
 * const store = postgres(pool)
 * await store.migrate()
 * session({ schema, store })
 * ```
 * @throws {TypeError} for an argument that is wrong.
 */
export function postgres(pool: PostgresPool, options: PostgresStoreOptions = {}): PostgresStore {
  if (typeof (pool as PostgresPool | null | undefined)?.connect !== 'function') {
    throw new TypeError('@fsgi/middleware-session: postgres() takes a pool of the pg package: new pg.Pool({ … })')
  }
  const unknown = Object.keys(options).find((name) => name !== 'table')
  if (unknown !== undefined) {
    throw new TypeError(`@fsgi/middleware-session: postgres(): option '${unknown}' is not an option`)
  }
  return new Postgres(pool, options.table)
}

class Postgres implements PostgresStore {
  readonly #pool: PostgresPool
  readonly #table: string | undefined
  readonly #sql: Statements

  constructor(pool: PostgresPool, table: string | undefined) {
    this.#pool = pool
    this.#table = table
    this.#sql = statementsFor(quotedTable(table))
  }

  readonly bySubject: SubjectIndex = {
    list: async (subject, call) => {
      const rows = await this.#query<{ id: string }>(call, this.#sql.list, [subject, call.now])
      return rows.map(({ id }) => id)
    },
    destroyAll: async (subject, except, call) => {
      const rows = await this.#query<{ live: boolean }>(call, this.#sql.destroyAll, [subject, except, call.now])
      return rows.filter(({ live }) => live).length
    },
  }

  async create(id: string, record: NewRecord, call: StoreCall): Promise<boolean> {
    const { verifierHash, subject, data, commitId, createdAt, idleAt, absoluteAt } = record
    const values = [id, verifierHash, subject, data, commitId, createdAt, idleAt, absoluteAt, call.now]
    if ((await this.#query(call, this.#sql.create, values)).length === 1) return true
    return (await this.read(id, call))?.commitId === commitId
  }

  async read(id: string, call: StoreCall): Promise<StoredRecord | null> {
    const [row] = await this.#query<Row>(call, this.#sql.read, [id, call.now])
    return row === undefined ? null : recordOf(row)
  }

  replace(id: string, at: At, { data, commitId, idleAt }: Next, call: StoreCall): Promise<StoreOutcome> {
    const values = [id, at.version, at.generation, call.now, data, commitId, idleAt]
    return this.#swap(id, at, commitId, call, this.#sql.replace, values)
  }

  rotate(id: string, at: At, next: NextRotation, call: StoreCall): Promise<StoreOutcome> {
    const { data, commitId, idleAt, verifierHash, subject, absoluteAt } = next
    const values = [id, at.version, at.generation, call.now, data, commitId, idleAt, verifierHash, subject, absoluteAt]
    return this.#swap(id, at, commitId, call, this.#sql.rotate, values)
  }

  async touch(id: string, generation: number, idleAt: number, call: StoreCall): Promise<boolean> {
    return (await this.#query(call, this.#sql.touch, [id, generation, idleAt, call.now])).length === 1
  }

  async destroy(id: string, call: StoreCall): Promise<boolean> {
    const rows = await this.#query<{ live: boolean }>(call, this.#sql.destroy, [id, call.now])
    return rows[0]?.live === true
  }

  async sweep(max: number, call: StoreCall): Promise<number> {
    return (await this.#query(call, this.#sql.sweep, [max, call.now])).length
  }

  async migrate(): Promise<void> {
    const { signal } = new AbortController()
    const name = quotedTable(this.#table)
    const found = await query<{ found: boolean }>(this.#pool, signal, TABLE_EXISTS, [name])
    if (found[0]!.found) return // also for a role that must not create tables
    await queryOnce(this.#pool, signal, { text: `${MIGRATION_LOCK}${postgresSchema(this.#table)}` })
  }

  /**
   * The row is locked while it is compared and changed, and compared again with what a competitor has left there. Only when
   * that did not fit, a second statement, which sees what has been committed since, says why.
   */
  async #swap(
    id: string,
    at: At,
    commitId: string,
    call: StoreCall,
    statement: string,
    values: unknown[],
  ): Promise<StoreOutcome> {
    if ((await this.#query(call, statement, values)).length === 1) return { status: 'ok' }
    const current = await this.read(id, call)
    if (current === null) return { status: 'gone' }
    if (current.commitId === commitId) return { status: 'ok' }
    return current.generation === at.generation ? { status: 'conflict', current } : { status: 'gone' }
  }

  async #query<R>(call: StoreCall, text: string, values: unknown[]): Promise<R[]> {
    try {
      return await query<R>(this.#pool, call.signal, text, values)
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== UNDEFINED_TABLE) throw error
      const hint = 'make it with `await store.migrate()`, or with the statements that postgresSchema() gives'
      throw new Error(`the table ${quotedTable(this.#table)} does not exist: ${hint}`, { cause: error })
    }
  }
}

interface Row {
  readonly version: number
  readonly generation: number
  readonly verifier_hash: Uint8Array
  readonly subject: string | null
  readonly data: Uint8Array
  readonly commit_id: string
  readonly created_at: number
  readonly idle_at: number
  readonly absolute_at: number
}

function recordOf(row: Row): StoredRecord {
  return {
    version: row.version,
    generation: row.generation,
    verifierHash: new Uint8Array(row.verifier_hash), // a Buffer here would be one everywhere
    subject: row.subject,
    data: new Uint8Array(row.data),
    commitId: row.commit_id,
    createdAt: row.created_at,
    idleAt: row.idle_at,
    absoluteAt: row.absolute_at,
  }
}

const UNDEFINED_TABLE = '42P01'
const TABLE_EXISTS = 'SELECT to_regclass($1) IS NOT NULL AS found'
/** `IF NOT EXISTS` alone fails when two processes do it at the same moment. */
const MIGRATION_LOCK = "SELECT pg_advisory_xact_lock(hashtext('@fsgi/middleware-session'));\n"
