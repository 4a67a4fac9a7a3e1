import { contentTag, contentTagOf } from './content-tag.ts'
import { inMemory } from './in-memory.ts'
import { isSameVersion } from './is-same-version.ts'
import { isSettled } from './is-settled.ts'
import { modifiedOf, versionTag } from './version-tag.ts'
import type { Opened } from './open-inside.ts'
import type { OpenFile } from './open-file.ts'
import type { Remembered } from './file-cache.ts'

/** What is to be known about a file that was opened and checked, and whether that stays true until its times change. */
export interface Loaded {
  readonly remembered: Remembered
  readonly lasting: boolean
}

/**
 * Reads a file of up to `maxWhole` bytes, and makes the tag of any: by content where it was read or `strong` is asked for,
 * else by version. The content of a large file is hashed only once its times can be relied on; until then its tag is weak.
 */
export async function loadFile(opened: Opened, maxWhole: number, strong: boolean): Promise<Loaded> {
  const { open, stats } = opened
  try {
    if (stats.size <= maxWhole) return await loadWhole(opened)
    if (!strong) return { remembered: { stats, etag: await versionTag(stats), file: null }, lasting: true }
    if (isSettled(stats, Date.now())) {
      const etag = await contentTagOf(open)
      if (isSameVersion(stats, open.stat())) return { remembered: { stats, etag, file: null }, lasting: true }
    }
    return { remembered: { stats, etag: await versionTag(stats), file: null }, lasting: false }
  } finally {
    open.close()
  }
}

async function loadWhole({ open, stats }: Opened): Promise<Loaded> {
  const lookedAt = Date.now()
  const bytes = await readWhole(open, Number(stats.size))
  const etag = await contentTag(bytes)
  return {
    remembered: { stats, etag, file: inMemory(bytes, modifiedOf(stats), etag) },
    lasting: isSameVersion(stats, open.stat()) && isSettled(stats, lookedAt),
  }
}

/** The first `size` bytes, fewer if the file has become shorter. */
async function readWhole(open: OpenFile, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size)
  let length = 0
  while (length < size) {
    const bytesRead = await open.read(bytes.subarray(length), length)
    if (bytesRead === 0) return bytes.slice(0, length)
    length += bytesRead
  }
  return bytes
}
