import { GRACE, RedisIndex } from './redis-index.ts'
import { runScript } from './redis-client.ts'
import type { At, NewRecord, Next, NextRotation, SessionStore, StoreCall, StoredRecord } from './store.ts'
import type { Destroyed, Place } from './redis-index.ts'
import type { RedisCall, RedisClient } from './redis-client.ts'
import type { StoreOutcome, SubjectIndex } from './store.ts'

export type { RedisClient, RedisCommandOptions, RedisScriptCall, RedisScripting } from './redis-client.ts'

export interface RedisStoreOptions {
  /** What every key begins with. Default `session:`. */
  readonly prefix?: string
}

/** Sessions in Redis or Valkey, which expire by themselves. */
export interface RedisStore extends SessionStore {
  readonly bySubject: SubjectIndex
}

/**
 * Sessions in Redis 4 or later, or Valkey: one server, Sentinel or a Cluster. `client` is a connected one of the `redis`
 * package, and stays the application's to close.
 *
 * ```ts
 * const client = await createClient({ url: 'redis://localhost:6379' }).on('error', console.error).connect()
 * session({ schema, store: redis(client) })
 * ```
 * @throws {TypeError} for something that is no such client, or a wrong option.
 */
export function redis(client: RedisClient, options: RedisStoreOptions = {}): RedisStore {
  if (typeof (client as Partial<RedisClient> | null | undefined)?.withCommandOptions !== 'function') {
    throw wrong('the client must be one of the redis package, version 5 or later: createClient() or createCluster()')
  }
  for (const name of Object.keys(options)) if (name !== 'prefix') throw wrong(`option '${name}' is not an option`)
  const { prefix = 'session:' } = options
  if (typeof prefix !== 'string') throw wrong("option 'prefix' must be text")
  return new Redis((script, kind, name, values, call) =>
    runScript(client, script, `${prefix}${kind}:${name}`, values, call),
  )
}

class Redis implements RedisStore {
  readonly #run: RedisCall
  readonly bySubject: RedisIndex

  constructor(run: RedisCall) {
    this.#run = run
    this.bySubject = new RedisIndex(run)
  }

  async create(id: string, record: NewRecord, call: StoreCall): Promise<boolean> {
    const { verifierHash, subject, data, commitId, createdAt, absoluteAt } = record
    const idleAt = Math.min(record.idleAt, absoluteAt)
    if (subject !== null) await this.bySubject.enter(subject, { id, generation: 1, createdAt }, absoluteAt, call)
    const lifetime = Math.ceil(idleAt - call.now + GRACE)
    const values = [call.now, lifetime, verifierHash, data, commitId, createdAt, idleAt, absoluteAt, ...some(subject)]
    return (await this.#run('create', 'id', id, values, call)) === 1
  }

  async read(id: string, call: StoreCall): Promise<StoredRecord | null> {
    const fields = (await this.#run('read', 'id', id, [call.now], call)) as Fields | null
    return fields && recordOf(fields)
  }

  async replace(id: string, at: At, { data, commitId, idleAt }: Next, call: StoreCall): Promise<StoreOutcome> {
    const values = [call.now, GRACE, at.version, at.generation, data, commitId, idleAt]
    return outcomeOf((await this.#run('replace', 'id', id, values, call)) as Swapped)
  }

  async rotate(id: string, at: At, next: NextRotation, call: StoreCall): Promise<StoreOutcome> {
    const { data, commitId, verifierHash, absoluteAt, subject } = next
    const place = { id, generation: at.generation + 1, createdAt: null }
    if (subject !== null) await this.bySubject.enter(subject, place, absoluteAt, call)
    const idleAt = Math.min(next.idleAt, absoluteAt)
    const head = [call.now, GRACE, at.version, at.generation, data, commitId, idleAt, verifierHash, absoluteAt]
    const swapped = (await this.#run('rotate', 'id', id, [...head, ...some(subject)], call)) as Swapped
    if (swapped[0].toString() === 'ok') this.#left(id, swapped.slice(1) as Found, call)
    return outcomeOf(swapped)
  }

  async touch(id: string, generation: number, idleAt: number, call: StoreCall): Promise<boolean> {
    return (await this.#run('touch', 'id', id, [call.now, GRACE, generation, idleAt], call)) === 1
  }

  async destroy(id: string, call: StoreCall): Promise<boolean> {
    const [removed, ...found] = (await this.#run('destroy', 'id', id, [call.now], call)) as Destroyed
    this.#left(id, found, call)
    return removed === 2
  }

  /** Nobody waits for it: a place that is left in the index does no harm, and `list` takes it out. */
  #left(id: string, [generation, subject, createdAt]: Found, call: StoreCall): void {
    if (!subject) return
    const first = Number(generation) === 1
    const place: Place = { id, generation: Number(generation), createdAt: first ? Number(createdAt) : null }
    this.bySubject.leave(subject.toString(), [place], call).catch(() => undefined)
  }
}

/** Generation, subject and time of creation of a record before it was written; empty if it was not. */
type Found = [generation?: Buffer, subject?: Buffer | null, createdAt?: Buffer]

/** `ok` with what was found, `conflict` with a record, or `gone`. */
type Swapped = [status: Buffer, ...rest: unknown[]]

/** v, g, h, u, d, c, t, i, x */
type Fields = [Buffer, Buffer, Buffer, Buffer | null, Buffer, Buffer, Buffer, Buffer, Buffer]

function outcomeOf([status, ...rest]: Swapped): StoreOutcome {
  const name = status.toString() as StoreOutcome['status']
  return name === 'conflict' ? { status: name, current: recordOf(rest[0] as Fields) } : { status: name }
}

function recordOf(fields: Fields): StoredRecord {
  const [version, generation, verifierHash, subject, data, commitId, createdAt, idleAt, absoluteAt] = fields
  return {
    version: Number(version),
    generation: Number(generation),
    verifierHash: new Uint8Array(verifierHash),
    subject: subject === null ? null : subject.toString(),
    data: new Uint8Array(data),
    commitId: commitId.toString(),
    createdAt: Number(createdAt),
    idleAt: Number(idleAt),
    absoluteAt: Number(absoluteAt),
  }
}

function some(subject: string | null): string[] {
  return subject === null ? [] : [subject]
}

function wrong(what: string): TypeError {
  return new TypeError(`@fsgi/middleware-session: redis(): ${what}`)
}
