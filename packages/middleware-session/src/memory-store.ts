import { AtHand } from './at-hand.ts'
import { Recency } from './recency.ts'
import { warnIfSeveralProcesses } from './several-processes.ts'
import type { Linked } from './recency.ts'
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

export interface MemoryStoreOptions {
  /** The most sessions that are kept; beyond it the least recently used goes. Default 100,000. */
  readonly maxEntries?: number
  /** The most bytes that they take together, roughly. Default 67,108,864 (64 MiB). */
  readonly maxBytes?: number
}

/**
 * Sessions in this process's memory: the default. They are gone when the process ends, and another process does not see
 * them. No timers; what has expired goes when it is met, and a little with every write.
 *
 * ```ts
 * session({ schema, store: memory({ maxEntries: 10_000 }) })
 * ```
 * @throws {TypeError} for a limit that is not a positive whole number.
 */
export function memory(options: MemoryStoreOptions = {}): MemoryStore {
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'maxEntries' && name !== 'maxBytes') throw wrong(name, 'is not an option')
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw wrong(name, 'must be a whole number, 1 or more')
  }
  return new Memory(options.maxEntries ?? 100_000, options.maxBytes ?? 64 * 2 ** 20)
}

/** A store that can do everything. */
export interface MemoryStore extends SessionStore {
  readonly bySubject: SubjectIndex
  sweep(max: number, call: StoreCall): Promise<number>
}

class Memory implements MemoryStore {
  readonly #maxEntries: number
  readonly #maxBytes: number
  readonly #entries = new Map<string, Entry>()
  readonly #recency = new Recency<Entry>()
  readonly #subjects = new Map<string, Set<string>>()
  #bytes = 0
  #broom: Iterator<Entry> | undefined

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries
    this.#maxBytes = maxBytes
  }

  readonly bySubject: SubjectIndex = {
    list: async (subject) => [...(this.#subjects.get(subject) ?? [])],
    destroyAll: async (subject, except, call) => {
      let count = 0
      for (const id of this.#subjects.get(subject) ?? []) {
        if (id === except) continue
        if (this.#live(id, call.now) !== undefined) count++
        this.#remove(id)
      }
      return count
    },
  }

  create(id: string, record: NewRecord, call: StoreCall): Promise<boolean> {
    warnIfSeveralProcesses()
    const there = this.#live(id, call.now)
    if (there !== undefined) return new AtHand(there.record.commitId === record.commitId)
    this.#sweepSome(2, call.now)
    this.#add(id, own({ ...record, version: 1, generation: 1 }))
    return new AtHand(true)
  }

  read(id: string, call: StoreCall): Promise<StoredRecord | null> {
    const entry = this.#live(id, call.now)
    if (entry === undefined) return new AtHand<StoredRecord | null>(null)
    this.#recency.use(entry)
    return new AtHand<StoredRecord | null>(entry.record, ownOrNull)
  }

  replace(id: string, at: At, next: Next, call: StoreCall): Promise<StoreOutcome> {
    return new AtHand(this.#swap(id, at, next, call))
  }

  rotate(id: string, at: At, next: NextRotation, call: StoreCall): Promise<StoreOutcome> {
    return new AtHand(this.#swap(id, at, next, call, next))
  }

  touch(id: string, generation: number, idleAt: number, call: StoreCall): Promise<boolean> {
    const entry = this.#live(id, call.now)
    if (entry === undefined || entry.record.generation !== generation) return new AtHand(false)
    const { record } = entry
    this.#write(entry, { ...record, idleAt: Math.max(record.idleAt, Math.min(idleAt, record.absoluteAt)) })
    return new AtHand(true)
  }

  destroy(id: string, call: StoreCall): Promise<boolean> {
    const isLive = this.#live(id, call.now) !== undefined
    this.#remove(id)
    return new AtHand(isLive)
  }

  async sweep(max: number, call: StoreCall): Promise<number> {
    let count = 0
    for (const { id, record } of this.#entries.values()) {
      if (count === max) break
      if (isLive(record, call.now)) continue
      this.#remove(id)
      count++
    }
    return count
  }

  #swap(id: string, at: At, next: Next, call: StoreCall, rotation?: NextRotation): StoreOutcome {
    const entry = this.#live(id, call.now)
    if (entry === undefined) return { status: 'gone' }
    const { record } = entry
    if (record.generation !== at.generation || record.version !== at.version) {
      if (record.commitId === next.commitId) return { status: 'ok' } // it was written the first time
      if (record.generation !== at.generation) return { status: 'gone' }
      return { status: 'conflict', current: own(record) }
    }
    const absoluteAt = rotation?.absoluteAt ?? record.absoluteAt
    this.#write(entry, {
      ...record,
      version: at.version + 1,
      generation: rotation === undefined ? at.generation : at.generation + 1,
      verifierHash: rotation === undefined ? record.verifierHash : new Uint8Array(rotation.verifierHash),
      subject: rotation === undefined ? record.subject : rotation.subject,
      data: new Uint8Array(next.data),
      commitId: next.commitId,
      idleAt: Math.min(next.idleAt, absoluteAt),
      absoluteAt,
    })
    return { status: 'ok' }
  }

  #live(id: string, now: number): Entry | undefined {
    const entry = this.#entries.get(id)
    if (entry === undefined || isLive(entry.record, now)) return entry
    this.#remove(id)
    return undefined
  }

  /** The record's bytes are nobody else's, here as in `#write`. */
  #add(id: string, record: StoredRecord): void {
    this.#remove(id)
    const entry: Entry = { id, record, older: undefined, newer: undefined }
    this.#entries.set(id, entry)
    this.#recency.add(entry)
    this.#bytes += sizeOf(record)
    this.#enter(record.subject, id)
    this.#makeRoom()
  }

  #write(entry: Entry, record: StoredRecord): void {
    const before = entry.record
    entry.record = record
    this.#recency.use(entry)
    this.#bytes += sizeOf(record) - sizeOf(before)
    if (record.subject !== before.subject) {
      this.#leave(before.subject, entry.id)
      this.#enter(record.subject, entry.id)
    }
    this.#makeRoom()
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    this.#recency.remove(entry)
    this.#bytes -= sizeOf(entry.record)
    this.#leave(entry.record.subject, id)
  }

  #makeRoom(): void {
    while ((this.#entries.size > this.#maxEntries || this.#bytes > this.#maxBytes) && this.#entries.size > 1) {
      this.#remove(this.#recency.oldest!.id)
    }
  }

  #enter(subject: string | null, id: string): void {
    if (subject === null) return
    const ids = this.#subjects.get(subject)
    if (ids === undefined) this.#subjects.set(subject, new Set([id]))
    else ids.add(id)
  }

  #leave(subject: string | null, id: string): void {
    if (subject === null) return
    const ids = this.#subjects.get(subject)
    ids?.delete(id)
    if (ids?.size === 0) this.#subjects.delete(subject)
  }

  /** Looks at a few records more, all of them in turn. */
  #sweepSome(count: number, now: number): void {
    for (let i = 0; i < count; i++) {
      this.#broom ??= this.#entries.values()
      const step = this.#broom.next()
      if (step.done === true) return void (this.#broom = undefined)
      if (!isLive(step.value.record, now)) this.#remove(step.value.id)
    }
  }
}

interface Entry extends Linked<Entry> {
  readonly id: string
  record: StoredRecord
}

function isLive(record: StoredRecord, now: number): boolean {
  return now < record.idleAt && now < record.absoluteAt
}

/** The same record with bytes of its own. */
function own(record: StoredRecord): StoredRecord {
  return { ...record, data: new Uint8Array(record.data), verifierHash: new Uint8Array(record.verifierHash) }
}

function ownOrNull(record: StoredRecord | null): StoredRecord | null {
  return record && own(record)
}

/** The bytes, and roughly what the objects around them take. */
function sizeOf(record: StoredRecord): number {
  return record.data.length + 400
}

function wrong(name: string, what: string): TypeError {
  return new TypeError(`@fsgi/middleware-session: memory(): option '${name}' ${what}`)
}
