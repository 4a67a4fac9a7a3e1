import { fileStream } from './file-stream.ts'
import { isSameVersion } from './is-same-version.ts'
import { isSettled } from './is-settled.ts'
import { modifiedOf } from './version-tag.ts'
import { OpenFile } from './open-file.ts'
import type { BigIntStats } from 'node:fs'
import type { FileParts } from './file-parts.ts'
import type { ReadPace } from './read-pace.ts'
import type { Remembered } from './file-cache.ts'
import type { Streamed, StreamedFile } from './backend.ts'

/** A file that was checked and is sent from a descriptor, which is opened when content is wanted: HEAD and 304 need none. */
export class FileOnDisk implements StreamedFile {
  readonly bytes = null
  readonly size: number
  readonly modified: number
  readonly etag: string
  readonly version: BigIntStats
  protected readonly path: string
  protected readonly name: string
  protected readonly pace: ReadPace
  #open: OpenFile | null = null

  constructor(path: string, name: string, { stats, etag }: Remembered, pace: ReadPace) {
    this.size = Number(stats.size)
    this.modified = modifiedOf(stats)
    this.etag = etag
    this.version = stats
    this.path = path
    this.name = name
    this.pace = pace
  }

  stream(start: number, end: number): Streamed {
    this.#open ??= OpenFile.open(this.path, this.version)
    return this.#open === null ? null : fileStream(this.#open, start, end, this.name, this.pace)
  }

  close(): void {
    this.#open?.close()
  }
}

/** The same on a disk that is fast, as far as is known: short parts are read at once, or are in memory. */
export class FileAtHand extends FileOnDisk {
  readonly #parts: FileParts

  constructor(path: string, name: string, remembered: Remembered, pace: ReadPace, parts: FileParts) {
    super(path, name, remembered, pace)
    this.#parts = parts
  }

  part(start: number, end: number): Uint8Array<ArrayBuffer> | null {
    const { name, version, pace } = this
    const kept = this.#parts.get(name, version, start, end)
    if (kept !== null) return kept
    const lookedAt = Date.now()
    const opened = OpenFile.open(this.path, version)
    if (opened === null) return null
    try {
      const bytes = unfilled(end - start)
      if (pace.timed(() => opened.readSync(bytes, start)) !== bytes.length) return null
      if (
        this.#parts.isWanted(name, start, end) &&
        isSettled(version, lookedAt) &&
        isSameVersion(version, opened.stat())
      )
        this.#parts.keep(name, version, start, bytes)
      return bytes
    } finally {
      opened.close()
    }
  }
}

/** Memory that will be filled as a whole: to have it zeroed first takes as long as to read the file. */
function unfilled(size: number): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(size)
  return new Uint8Array(buffer, byteOffset, size)
}
