import type { SqliteDatabase, SqliteStatement } from './sqlite-driver.ts'

/**
 * `idle_at` is never later than `absolute_at`, so a record is live while now is before `idle_at`. Times are REAL, as every
 * driver gives and takes numbers of JavaScript there.
 */
export function createTable(database: SqliteDatabase, table: string): void {
  database.exec(`CREATE TABLE IF NOT EXISTS "${table}" (
    id TEXT PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    verifier_hash BLOB NOT NULL,
    subject TEXT,
    data BLOB NOT NULL,
    commit_id TEXT NOT NULL,
    created_at REAL NOT NULL,
    idle_at REAL NOT NULL,
    absolute_at REAL NOT NULL
  ) STRICT, WITHOUT ROWID`)
  database.exec(
    `CREATE INDEX IF NOT EXISTS "${table}_subject" ON "${table}" (subject, created_at) WHERE subject IS NOT NULL`,
  )
  database.exec(`CREATE INDEX IF NOT EXISTS "${table}_idle_at" ON "${table}" (idle_at)`)
}

export type Statements = Readonly<Record<keyof ReturnType<typeof sqlOf>, SqliteStatement>>

/** Every method of the store is one of these: SQLite does each of them alone, as one transaction. */
export function prepareStatements(database: SqliteDatabase, table: string): Statements {
  const prepared = Object.entries(sqlOf(`"${table}"`)).map(([name, sql]) => [name, database.prepare(sql)])
  return Object.fromEntries(prepared) as Statements
}

/** With `?` alone, which every driver binds in the same way. Above each: what is bound. */
function sqlOf(table: string) {
  const unchanged = 'id = ? AND version = ? AND generation = ? AND idle_at > ? AND commit_id <> ?'
  return {
    // id, verifier_hash, subject, data, commit_id, created_at, idle_at, absolute_at; now
    create: `INSERT INTO ${table} (id, version, generation, verifier_hash, subject, data, commit_id, created_at, idle_at, absolute_at)
      VALUES (?, 1, 1, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET version = 1, generation = 1, verifier_hash = excluded.verifier_hash,
        subject = excluded.subject, data = excluded.data, commit_id = excluded.commit_id,
        created_at = excluded.created_at, idle_at = excluded.idle_at, absolute_at = excluded.absolute_at
      WHERE idle_at <= ?`,
    // id, now
    read: `SELECT version, generation, verifier_hash, subject, data, commit_id, created_at, idle_at, absolute_at
      FROM ${table} WHERE id = ? AND idle_at > ?`,
    // data, commit_id, idle_at; id, version, generation, now, commit_id
    replace: `UPDATE ${table} SET version = version + 1, data = ?, commit_id = ?, idle_at = min(?, absolute_at)
      WHERE ${unchanged}`,
    // data, commit_id, idle_at, verifier_hash, subject, absolute_at; id, version, generation, now, commit_id
    rotate: `UPDATE ${table} SET version = version + 1, generation = generation + 1,
        data = ?, commit_id = ?, idle_at = ?, verifier_hash = ?, subject = ?, absolute_at = ?
      WHERE ${unchanged}`,
    // idle_at; id, generation, now
    touch: `UPDATE ${table} SET idle_at = max(idle_at, min(?, absolute_at))
      WHERE id = ? AND generation = ? AND idle_at > ?`,
    // id
    destroy: `DELETE FROM ${table} WHERE id = ? RETURNING idle_at`,
    // subject, now
    list: `SELECT id FROM ${table} WHERE subject = ? AND idle_at > ? ORDER BY created_at`,
    // subject, except
    destroyAll: `DELETE FROM ${table} WHERE subject = ? AND id IS NOT ? RETURNING idle_at`,
    // now, max
    sweep: `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE idle_at <= ? ORDER BY idle_at LIMIT ?)`,
  }
}
