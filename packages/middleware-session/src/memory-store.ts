import { warnIfSeveralProcesses } from './several-processes.ts'
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
  /** The least recently used first. */
  readonly #records = new Map<string, StoredRecord>()
  readonly #subjects = new Map<string, Set<string>>()
  #bytes = 0
  #broom: Iterator<[string, StoredRecord]> | undefined

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

  async create(id: string, record: NewRecord, call: StoreCall): Promise<boolean> {
    warnIfSeveralProcesses()
    const there = this.#live(id, call.now)
    if (there !== undefined) return there.commitId === record.commitId
    this.#sweepSome(2, call.now)
    this.#put(id, { ...record, version: 1, generation: 1 })
    return true
  }

  async read(id: string, call: StoreCall): Promise<StoredRecord | null> {
    const record = this.#live(id, call.now)
    if (record === undefined) return null
    this.#records.delete(id) // and to the end: used last
    this.#records.set(id, record)
    return given(record)
  }

  async replace(id: string, at: At, next: Next, call: StoreCall): Promise<StoreOutcome> {
    return this.#swap(id, at, next, call, (record) => ({ ...record, version: at.version + 1 }))
  }

  async rotate(id: string, at: At, next: NextRotation, call: StoreCall): Promise<StoreOutcome> {
    return this.#swap(id, at, next, call, (record) => ({
      ...record,
      version: at.version + 1,
      generation: at.generation + 1,
      verifierHash: next.verifierHash,
      subject: next.subject,
      absoluteAt: next.absoluteAt,
    }))
  }

  async touch(id: string, generation: number, idleAt: number, call: StoreCall): Promise<boolean> {
    const record = this.#live(id, call.now)
    if (record === undefined || record.generation !== generation) return false
    this.#put(id, { ...record, idleAt: Math.max(record.idleAt, Math.min(idleAt, record.absoluteAt)) })
    return true
  }

  async destroy(id: string, call: StoreCall): Promise<boolean> {
    const live = this.#live(id, call.now) !== undefined
    this.#remove(id)
    return live
  }

  async sweep(max: number, call: StoreCall): Promise<number> {
    let count = 0
    for (const [id, record] of this.#records) {
      if (count === max) break
      if (isLive(record, call.now)) continue
      this.#remove(id)
      count++
    }
    return count
  }

  #swap(
    id: string,
    at: At,
    { data, idleAt, commitId }: Next,
    call: StoreCall,
    change: (record: StoredRecord) => StoredRecord,
  ): StoreOutcome {
    const record = this.#live(id, call.now)
    if (record === undefined) return { status: 'gone' }
    if (record.commitId === commitId) return { status: 'ok' }
    if (record.generation !== at.generation) return { status: 'gone' }
    if (record.version !== at.version) return { status: 'conflict', current: given(record) }
    const changed = change(record)
    this.#put(id, { ...changed, data, commitId, idleAt: Math.min(idleAt, changed.absoluteAt) })
    return { status: 'ok' }
  }

  #live(id: string, now: number): StoredRecord | undefined {
    const record = this.#records.get(id)
    if (record === undefined || isLive(record, now)) return record
    this.#remove(id)
    return undefined
  }

  /** Puts a record at the end, with bytes of its own, and makes room. */
  #put(id: string, record: StoredRecord): void {
    this.#remove(id)
    this.#records.set(id, given(record))
    this.#bytes += sizeOf(record)
    if (record.subject !== null) {
      const ids = this.#subjects.get(record.subject)
      if (ids === undefined) this.#subjects.set(record.subject, new Set([id]))
      else ids.add(id)
    }
    while ((this.#records.size > this.#maxEntries || this.#bytes > this.#maxBytes) && this.#records.size > 1) {
      this.#remove(this.#records.keys().next().value!)
    }
  }

  #remove(id: string): void {
    const record = this.#records.get(id)
    if (record === undefined) return
    this.#records.delete(id)
    this.#bytes -= sizeOf(record)
    if (record.subject === null) return
    const ids = this.#subjects.get(record.subject)
    ids?.delete(id)
    if (ids?.size === 0) this.#subjects.delete(record.subject)
  }

  /** Looks at a few records more, all of them in turn. */
  #sweepSome(count: number, now: number): void {
    for (let i = 0; i < count; i++) {
      this.#broom ??= this.#records.entries()
      const step = this.#broom.next()
      if (step.done === true) return void (this.#broom = undefined)
      if (!isLive(step.value[1], now)) this.#remove(step.value[0])
    }
  }
}

function isLive(record: StoredRecord, now: number): boolean {
  return now < record.idleAt && now < record.absoluteAt
}

/** A record that shares no bytes with the one here. */
function given(record: StoredRecord): StoredRecord {
  return { ...record, data: record.data.slice(), verifierHash: record.verifierHash.slice() }
}

/** The bytes, and roughly what the objects around them take. */
function sizeOf(record: StoredRecord): number {
  return record.data.length + 400
}

function wrong(name: string, what: string): TypeError {
  return new TypeError(`@fsgi/middleware-session: memory(): option '${name}' ${what}`)
}
