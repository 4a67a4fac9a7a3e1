import { createHash, randomUUID } from 'node:crypto'
import { nameKey } from './clean-name.ts'
import { exclusively } from './open-database.ts'
import type { Database } from './open-database.ts'

/** What one window of time allows. Who fails too often waits until the oldest failure is a window old. */
export const WINDOW = 15 * 60_000 // milliseconds
export const LIMITS = {
  /** Failures with one name from one address: what guessing one password looks like. */
  nameFromAddress: 5,
  /** Failures with one name from everywhere: low enough for NIST SP 800-63B-4 §3.2.2, too high to lock a person out by accident. */
  name: 50,
  /** Failures from one address: trying one password with many names. */
  address: 50,
  /** New accounts, and refused ones, from one address. */
  signUp: 20,
}

/** An attempt that may be made, or the seconds to wait before the next. */
export type Permission = { readonly attempt: Attempt } | { readonly wait: number }

export interface Attempt {
  /** It went well: it does not count, and earlier failures of this person are forgiven. */
  succeeded(): void
}

/** Counts attempts in the database, so that all processes count together and a restart forgives nobody. */
export interface Attempts {
  /** `address` is `null` where nothing is known of the client: then only the name counts. */
  logIn(name: string, address: string | null): Permission
  signUp(address: string | null): Permission
}

export function attemptsIn(database: Database, { now = Date.now }: { now?: () => number } = {}): Attempts {
  database.exec('CREATE TABLE IF NOT EXISTS attempts (key TEXT NOT NULL, at INTEGER NOT NULL, id TEXT NOT NULL) STRICT')
  database.exec('CREATE INDEX IF NOT EXISTS attempts_by_key ON attempts (key, at)')
  database.exec('CREATE INDEX IF NOT EXISTS attempts_by_time ON attempts (at)')
  const removeOld = database.prepare('DELETE FROM attempts WHERE at <= ?')
  const nthNewest = database.prepare('SELECT at FROM attempts WHERE key = ? ORDER BY at DESC LIMIT 1 OFFSET ?')
  const insert = database.prepare('INSERT INTO attempts (key, at, id) VALUES (?, ?, ?)')
  const remove = database.prepare('DELETE FROM attempts WHERE id = ? OR key = ?')

  /** Counts the attempt before it is made: a hundred at once are a hundred. */
  function take(limits: readonly Limit[], forgiven: string): Permission {
    const at = now()
    return exclusively(database, () => {
      removeOld.run(at - WINDOW)
      const waits = limits.map(({ key, most }) => {
        const [full] = nthNewest.all(key, most - 1) as { at: number }[]
        return full === undefined ? 0 : full.at + WINDOW - at
      })
      const wait = Math.ceil(Math.max(...waits) / 1000)
      if (wait > 0) return { wait }
      const id = randomUUID()
      for (const { key } of limits) insert.run(key, at, id)
      return { attempt: { succeeded: () => void remove.run(id, forgiven) } }
    })
  }

  return {
    logIn(name, address) {
      const ofName = keyOf('name', nameKey(name))
      if (address === null) return take([{ key: ofName, most: LIMITS.name }], '')
      const network = networkOf(address)
      const both = keyOf('name and address', nameKey(name), network)
      // A success forgives the failures of this name from here, and no others: an account of one's own buys no more guesses.
      return take(
        [
          { key: both, most: LIMITS.nameFromAddress },
          { key: ofName, most: LIMITS.name },
          { key: keyOf('address', network), most: LIMITS.address },
        ],
        both,
      )
    },
    signUp(address) {
      return address === null
        ? { attempt: { succeeded() {} } }
        : take([{ key: keyOf('sign up', networkOf(address)), most: LIMITS.signUp }], '')
    },
  }
}

interface Limit {
  readonly key: string
  readonly most: number
}

/** A hash: people type passwords into the field for the name, and these are not to be kept. */
function keyOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** One customer has all addresses of an IPv6 /64 (RFC 6177). */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const { hostname } = new URL(`http://[${address.split('%')[0]!}]`) // compressed, in lower case
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length
  return [...first, ...Array<string>(zeros).fill('0'), ...last].slice(0, 4).join(':')
}
