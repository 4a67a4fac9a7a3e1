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
  readonly #entries = new Map<string, Remembered>()
  readonly #maxBytes: number
  #bytes = 0

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
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    return entry
  }

  set(name: string, entry: Remembered): void {
    this.delete(name)
    const cost = costOf(name, entry)
    if (cost > this.#maxBytes) return
    this.#entries.set(name, entry)
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
    this.#bytes -= costOf(name, entry)
  }
}

function costOf(name: string, { file }: Remembered): number {
  return 1024 + 2 * name.length + (file?.size ?? 0)
}
