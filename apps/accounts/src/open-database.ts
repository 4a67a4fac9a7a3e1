/** The few calls that node:sqlite, bun:sqlite and libsql all have, with the same meaning. */
export interface Database {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): unknown
}

export interface Statement {
  all(...values: (string | number)[]): unknown[]
  run(...values: (string | number)[]): unknown
}

/** Opens a SQLite file, created if it is not there, for several processes at once. @throws {Error} that names the file. */
export async function openDatabase(path: string): Promise<Database> {
  const Sqlite = await sqlite()
  try {
    const database = new Sqlite(path)
    database.exec('PRAGMA busy_timeout = 5000') // milliseconds that a write waits for another process's
    database.exec('PRAGMA journal_mode = WAL') // readers and one writer at the same time, and no torn pages after a crash
    database.exec('PRAGMA synchronous = FULL') // an account that was confirmed is still there after a power cut
    return database
  } catch (error) {
    throw new Error(`cannot open the database of accounts '${path}': set ACCOUNTS_DB to a file that can be written`, {
      cause: error,
    })
  }
}

/** Runs `work` alone: no other process writes meanwhile. What it throws undoes all of it. */
export function exclusively<T>(database: Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

type Sqlite = new (path: string) => Database

/** The runtime's own SQLite, else the one from npm: Node 20 has none. */
async function sqlite(): Promise<Sqlite> {
  if ('Bun' in globalThis) {
    const specifier: string = 'bun:sqlite' // not a literal: only Bun can resolve it
    return ((await import(specifier)) as { Database: Sqlite }).Database
  }
  const builtin = process.getBuiltinModule('node:sqlite') as { DatabaseSync: Sqlite } | undefined
  return builtin?.DatabaseSync ?? (await import('libsql')).default
}
