import { checked, fileSystemOptions } from './options.ts'
import { contentTag } from './content-tag.ts'
import { FileCache } from './file-cache.ts'
import { fileStream } from './file-stream.ts'
import { isSameVersion, openInside, pathOf } from './open-inside.ts'
import { inMemory } from './in-memory.ts'
import { isSettled } from './is-settled.ts'
import { nodeFs } from './node-fs.ts'
import { rootDirectory } from './root-directory.ts'
import { versionTag } from './version-tag.ts'
import type { Backend, Found, StoredFile } from './backend.ts'
import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { Opened, Symlinks } from './open-inside.ts'

export interface FileSystemOptions {
  /** Where a symbolic link may lead: `inside` the root (the default), anywhere (`follow`), or nowhere (`deny`). */
  readonly symlinks?: Symlinks | undefined
  /** Content kept in memory: `maxBytes` in all (default 64 MiB), `maxFileBytes` of one file (default 512 KiB). */
  readonly cache?: { readonly maxBytes?: number | undefined; readonly maxFileBytes?: number | undefined } | undefined
}

/**
 * A directory as a backend. Files of up to `cache.maxFileBytes` are read whole, tagged by a hash of their content and kept
 * in memory; every request asks the file system whether they have changed. Larger ones are streamed from a descriptor and
 * tagged weakly, by size, time and inode.
 *
 * ```ts
 * const files = fileSystem(new URL('./public', import.meta.url), { symlinks: 'deny' })
 * ```
 * @throws {TypeError} for a wrong option. @throws {Error} if the root is not a directory, or there is no file system.
 */
export function fileSystem(root: string | URL, options: FileSystemOptions = {}): Backend {
  const { symlinks = 'inside', cache: { maxBytes = 64 * 1024 * 1024, maxFileBytes = 512 * 1024 } = {} } = checked(
    fileSystemOptions,
    options,
  )
  const fs = nodeFs()
  const directory = rootDirectory(root)
  const cache = new FileCache(maxBytes)
  const maxWhole = Math.min(maxFileBytes, maxBytes)

  /**
   * The first look is synchronous, as nginx's is: the kernel answers from memory in two microseconds, a thread in forty. That
   * settles both cases that matter: nothing there, which every request for the app below is, and a file that has not changed.
   */
  return {
    find(name) {
      const seen = look(name)
      const known = cache.get(name)
      if (known?.file && seen && isSameVersion(known.stats, seen)) return known.file
      if (seen !== undefined) return load(name)
      if (known !== undefined) cache.delete(name)
      return null
    },
  }

  /** `undefined` where there is nothing, `null` where the system refuses: then `load` finds out what that means. */
  function look(name: string): BigIntStats | null | undefined {
    try {
      return fs.statSync(pathOf(directory, name), { bigint: true, throwIfNoEntry: false })
    } catch {
      return null
    }
  }

  async function load(name: string): Promise<Found> {
    const opened = await openInside(directory, name, symlinks, cache.get(name)?.stats)
    if (opened === null || opened === 'directory') {
      cache.delete(name)
      return opened
    }
    if (opened.stats.size <= maxWhole) return loadWhole(name, opened)
    cache.set(name, { stats: opened.stats, file: null })
    return streamed(name, opened)
  }

  async function loadWhole(name: string, { handle, stats }: Opened): Promise<StoredFile> {
    try {
      const lookedAt = Date.now()
      const bytes = await readWhole(handle, Number(stats.size))
      const file = inMemory(bytes, modifiedOf(stats), await contentTag(bytes))
      const after = await handle.stat({ bigint: true })
      if (isSameVersion(stats, after) && isSettled(stats, lookedAt)) cache.set(name, { stats, file })
      else cache.delete(name)
      return file
    } finally {
      await handle.close()
    }
  }
}

async function streamed(name: string, { handle, stats }: Opened): Promise<StoredFile> {
  return {
    size: Number(stats.size),
    modified: modifiedOf(stats),
    etag: await versionTag(stats),
    bytes: null,
    stream: (start, end) => fileStream(handle, start, end, name),
    close: () => handle.close(),
  }
}

/** The first `size` bytes, fewer if the file has become shorter. */
async function readWhole(handle: FileHandle, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size)
  let length = 0
  while (length < size) {
    const { bytesRead } = await handle.read(bytes, length, size - length, length)
    if (bytesRead === 0) return bytes.slice(0, length)
    length += bytesRead
  }
  return bytes
}

function modifiedOf(stats: BigIntStats): number {
  return Number(stats.mtimeNs / 1_000_000n)
}
