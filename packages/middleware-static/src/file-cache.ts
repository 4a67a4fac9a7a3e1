import type { BigIntStats } from 'node:fs'
import type { KnownFile } from './backend.ts'

/** What is remembered about a name: a version that was checked to be inside, its tag, and its content if that is small. */
export interface Remembered {
  readonly stats: BigIntStats
  readonly etag: string
  /** `null` where the file is too large to keep: it is then sent from a descriptor. */
  readonly file: KnownFile | null
}

/** Files by name, bounded by the memory they take; who was asked for longest ago goes first. */
export class FileCache {
  readonly #entries = new Map<string, Entry>()
  readonly #maxBytes: number
  #bytes = 0
  #puts = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** What it takes now, in bytes, the overhead of an entry estimated. */
  get bytes(): number {
    return this.#bytes
  }

  get(name: string): Remembered | undefined {
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    if (entry.put !== this.#puts) {
      this.#entries.delete(name)
      this.#put(name, entry)
    }
    return entry.remembered
  }

  set(name: string, remembered: Remembered): void {
    this.delete(name)
    const cost = costOf(name, remembered)
    if (cost > this.#maxBytes) return
    this.#put(name, { remembered, cost, put: 0 })
    this.#bytes += cost
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break
      this.delete(oldest)
    }
  }

  delete(name: string): void {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    this.#entries.delete(name)
    this.#bytes -= entry.cost
  }

  #put(name: string, entry: Entry): void {
    entry.put = ++this.#puts
    this.#entries.set(name, entry)
  }
}

interface Entry {
  readonly remembered: Remembered
  readonly cost: number
  /** When it was put at the end of the map: where nothing came after, it need not be put there again. */
  put: number
}

function costOf(name: string, { file }: Remembered): number {
  return 1024 + 2 * name.length + (file?.size ?? 0)
}
