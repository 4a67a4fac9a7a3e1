import { openDatabase } from './open-database.ts'
import type { NewMessage } from './new-message.ts'

export interface Message extends NewMessage {
  readonly id: number
  /** ISO 8601, in UTC. */
  readonly createdAt: string
}

/** The messages of the guestbook, in one SQLite file. */
export interface Messages {
  add(message: NewMessage): Message
  /** At most `limit` messages, newest first, those older than the message `before` if it is given. */
  page(range: { before?: number | undefined; limit: number }): Message[]
  /** Adds `count` made-up messages, an hour apart, in one transaction. */
  seed(count: number): void
  close(): void
}

/** @throws {Error} if the file cannot be opened or created. */
export async function openMessages(path: string): Promise<Messages> {
  const database = await openDatabase(path)
  database.exec(`CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, text TEXT NOT NULL, created_at TEXT NOT NULL
  ) STRICT`)
  database.exec('CREATE INDEX IF NOT EXISTS messages_by_time ON messages (created_at, id)')
  const columns = 'id, name, text, created_at AS createdAt'
  const insert = database.prepare(`INSERT INTO messages (name, text, created_at) VALUES (?, ?, ?) RETURNING ${columns}`)
  const order = 'ORDER BY created_at DESC, id DESC LIMIT ?'
  const newest = database.prepare(`SELECT ${columns} FROM messages ${order}`)
  const older = database.prepare(
    `SELECT ${columns} FROM messages
     WHERE (created_at, id) < (SELECT created_at, id FROM messages WHERE id = ?) ${order}`,
  )

  function add({ name, text }: NewMessage, createdAt = new Date()): Message {
    return insert.all(name, text, createdAt.toISOString())[0] as Message
  }

  return {
    add: (message) => add(message),
    page: ({ before, limit }) => (before === undefined ? newest.all(limit) : older.all(before, limit)) as Message[],
    seed(count) {
      const now = Date.now()
      database.exec('BEGIN IMMEDIATE')
      try {
        for (let age = count; age > 0; age--) add(madeUp(age), new Date(now - age * 3_600_000))
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    close: () => void database.close(),
  }
}

const NAMES = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Ken', 'Frances', 'Alan', 'Katherine', 'Tim']
const OPENINGS = [
  'Lovely place',
  'Greetings from the coast',
  'I came by train',
  'Second time here',
  'What a view',
  'Hello',
]
const ENDINGS = [
  'the coffee was good',
  'see you next year',
  'thank you for having us',
  'I will write home about it',
  'do keep the piano',
]

function madeUp(seed: number): NewMessage {
  const pick = (from: readonly string[]): string => from[seed % from.length]!
  return { name: pick(NAMES), text: `${pick(OPENINGS)}: ${pick(ENDINGS)}. (Visitor no. ${seed})` }
}
