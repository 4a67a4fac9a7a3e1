import type { BigIntStats } from 'node:fs'
import type { FileCache } from './file-cache.ts'

type Bytes = Uint8Array<ArrayBuffer>

/**
 * Parts of large files that are asked for again and again (the head of a video, the directory of an archive), kept with the
 * whole files and within their limits. A part is kept from the second time on: who downloads a file in parts asks for each once.
 */
export class FileParts {
  readonly #cache: FileCache
  readonly #maxPartBytes: number
  /** What was asked for once of late. Cleared when full. */
  readonly #once = new Set<string>()

  constructor(cache: FileCache, maxPartBytes: number) {
    this.#cache = cache
    this.#maxPartBytes = maxPartBytes
  }

  /** The bytes from `start` up to `end` of this version, if they are kept. */
  get(name: string, version: BigIntStats, start: number, end: number): Bytes | null {
    const part = this.#cache.get(keyOf(name, start, end))
    return part?.stats === version ? part.file!.bytes : null
  }

  /** Whether this part was asked for before, and so is to be kept. */
  isWanted(name: string, start: number, end: number): boolean {
    if (end - start > this.#maxPartBytes) return false
    const key = keyOf(name, start, end)
    if (this.#once.delete(key)) return true
    if (this.#once.size === MOST) this.#once.clear()
    this.#once.add(key)
    return false
  }

  /** The bytes must be those of a version that is sure to show it when it changes. */
  keep(name: string, version: BigIntStats, start: number, bytes: Bytes): void {
    const file = { size: bytes.length, modified: null, etag: '', bytes }
    this.#cache.set(keyOf(name, start, start + bytes.length), { stats: version, etag: '', file })
  }
}

/** No name has a NUL in it. */
function keyOf(name: string, start: number, end: number): string {
  return `${name}\0${start}-${end}`
}

const MOST = 1000
