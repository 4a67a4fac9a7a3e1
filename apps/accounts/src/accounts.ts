import { randomUUID } from 'node:crypto'
import { cleanName, nameKey } from './clean-name.ts'
import { COST, hashPassword, isOutdated, verifyPassword } from './password.ts'
import type { Database } from './open-database.ts'

export interface Account {
  /** Random: an id is not given again, also when the file was lost and sessions are left. */
  readonly id: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface Credentials {
  readonly name: string
  readonly password: string
}

/** Who may log in. */
export interface Accounts {
  /** The new account, or `undefined` if the name is taken. */
  add(credentials: Credentials): Promise<Account | undefined>
  /** The account, if name and password are right. Takes as long for a name that nobody has. */
  authenticate(credentials: Credentials): Promise<Account | undefined>
  get(id: string): Account | undefined
}

/** The table of accounts, made if it is not there. `cost` is scrypt's N for new passwords. */
export async function accountsIn(database: Database, { cost = COST } = {}): Promise<Accounts> {
  database.exec(`CREATE TABLE IF NOT EXISTS accounts (
    id TEXT PRIMARY KEY, name_key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`)
  const columns = 'id, name, created_at AS createdAt'
  const insert = database.prepare(
    `INSERT INTO accounts (id, name_key, name, password, created_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING RETURNING ${columns}`,
  )
  const byKey = database.prepare(`SELECT ${columns}, password FROM accounts WHERE name_key = ?`)
  const byId = database.prepare(`SELECT ${columns} FROM accounts WHERE id = ?`)
  const replacePassword = database.prepare('UPDATE accounts SET password = ? WHERE id = ? AND password = ?')
  const nobodys = await hashPassword(randomUUID(), cost)

  return {
    async add({ name, password }) {
      const kept = await hashPassword(password, cost)
      const values = [randomUUID(), nameKey(name), cleanName(name), kept, Date.now()]
      return insert.all(...values)[0] as Account | undefined
    },
    async authenticate({ name, password }) {
      const found = byKey.all(nameKey(name))[0] as (Account & { password: string }) | undefined
      const isRight = await verifyPassword(password, found?.password ?? nobodys)
      if (found === undefined || !isRight) return undefined
      const { password: kept, ...account } = found
      if (isOutdated(kept, cost)) replacePassword.run(await hashPassword(password, cost), account.id, kept)
      return account
    },
    get: (id) => byId.all(id)[0] as Account | undefined,
  }
}
