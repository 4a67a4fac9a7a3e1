/** What every driver gives: `node:sqlite`, `bun:sqlite`, better-sqlite3 and libsql have it in common. */
export interface SqliteDatabase {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  close(): unknown
}

export interface SqliteStatement {
  run(...values: SqliteValue[]): { readonly changes: number | bigint }
  all(...values: SqliteValue[]): unknown[]
}

export type SqliteValue = string | number | null | Uint8Array

/** Opens a file with the first driver that is here. @throws {Error} that says what to install, or why it cannot be opened. */
export function openDatabase(path: string): SqliteDatabase {
  const Database = DRIVERS.map(({ module, member }) => load(module, member)).find((found) => found !== undefined)
  if (Database === undefined) {
    throw new Error(
      '@fsgi/middleware-session: sqlite(): this runtime has no SQLite of its own: `npm install libsql`, use ' +
        "Node 22.13 or later, or give option 'database'",
    )
  }
  try {
    return new Database(path)
  } catch (error) {
    throw new Error(`@fsgi/middleware-session: sqlite(): cannot open '${path}': ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** Where the constructor is. Node's is called `DatabaseSync` until it gets its shorter name. */
const DRIVERS = [
  { module: 'bun:sqlite', member: 'Database' },
  { module: 'node:sqlite', member: 'DatabaseSync' },
  { module: 'node:sqlite', member: 'Database' },
  { module: 'libsql', member: undefined },
] as const

type Constructor = new (path: string) => SqliteDatabase

/** At once, as `sqlite()` returns at once. What is not there is no error yet. */
function load(module: string, member: string | undefined): Constructor | undefined {
  const { createRequire } = process.getBuiltinModule('node:module')
  let found: unknown
  try {
    found = createRequire(import.meta.url)(module)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
  return (member === undefined ? found : (found as Record<string, unknown>)[member]) as Constructor | undefined
}

function isAbsent(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_UNKNOWN_BUILTIN_MODULE' || code === 'ERR_MODULE_NOT_FOUND'
}
