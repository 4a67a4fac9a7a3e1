import { checked, fileSystemOptions } from './check-options.ts'
import { FileCache } from './file-cache.ts'
import { isSameVersion } from './is-same-version.ts'
import { openInside, pathOf } from './open-inside.ts'
import { listDirectory } from './list-directory.ts'
import { loadFile } from './load-file.ts'
import { nodeFs } from './node-fs.ts'
import { ReadPace } from './read-pace.ts'
import { rootDirectory } from './root-directory.ts'
import { SharedLoads } from './shared-loads.ts'
import { streamedFile } from './streamed-file.ts'
import type { Backend, Entry, StoredFile } from './backend.ts'
import type { BigIntStats } from 'node:fs'
import type { Remembered } from './file-cache.ts'
import type { Symlinks } from './open-inside.ts'

export interface FileSystemOptions {
  /** Where a symbolic link may lead: `inside` the root (the default), anywhere (`follow`), or nowhere (`never`). */
  readonly symlinks?: Symlinks | undefined
  /**
   * The tag of files that are too large for memory: from size, time and inode and so weak (`'version'`, the default), or
   * from their content and so strong (`'content'`): each version is then read once more, before its first response.
   */
  readonly etag?: 'version' | 'content' | undefined
  /** Content kept in memory: `maxBytes` in all (default 64 MiB), `maxFileBytes` of one file (default 512 KiB). */
  readonly cache?: { readonly maxBytes?: number | undefined; readonly maxFileBytes?: number | undefined } | undefined
}

/**
 * A directory as a backend. Files of up to `cache.maxFileBytes` are read whole, tagged by a hash of their content and kept
 * in memory; every request asks the file system whether they have changed. Larger ones are streamed from a descriptor.
 *
 * ```ts
 * const files = fileSystem(new URL('./public', import.meta.url), { symlinks: 'never' })
 * ```
 * @throws {TypeError} for a wrong option. @throws {Error} if the root is not a directory, or there is no file system.
 */
export function fileSystem(root: string | URL, options: FileSystemOptions = {}): Backend {
  const {
    symlinks = 'inside',
    etag = 'version',
    cache: { maxBytes = 64 * 1024 * 1024, maxFileBytes = 512 * 1024 } = {},
  } = checked(fileSystemOptions, options)
  const fs = nodeFs()
  const directory = rootDirectory(root)
  const cache = new FileCache(maxBytes)
  const maxWhole = Math.min(maxFileBytes, maxBytes)
  const loads = new SharedLoads<Remembered | 'directory' | null>()
  const pace = new ReadPace()
  const lists = new SharedLoads<readonly Entry[] | null>()

  /**
   * The first look is synchronous, as nginx's is: the kernel answers from memory in two microseconds, a thread in forty. That
   * settles both cases that matter: nothing there, which every request for the app below is, and a file that has not changed.
   */
  return {
    find(name) {
      const seen = look(name)
      const known = cache.get(name)
      if (known !== undefined && seen && isSameVersion(known.stats, seen)) return stored(name, known)
      if (seen !== undefined) return found(name)
      if (known !== undefined) cache.delete(name)
      return null
    },
    list: (name) => lists.run(name, () => listDirectory(directory, name, symlinks)),
  }

  /** `undefined` where there is nothing, `null` where the system refuses: then `load` finds out what that means. */
  function look(name: string): BigIntStats | null | undefined {
    try {
      return fs.statSync(pathOf(directory, name), { bigint: true, throwIfNoEntry: false })
    } catch {
      return null
    }
  }

  async function found(name: string): Promise<StoredFile | 'directory' | null> {
    const loaded = await loads.run(name, () => load(name))
    return loaded === null || loaded === 'directory' ? loaded : stored(name, loaded)
  }

  async function load(name: string): Promise<Remembered | 'directory' | null> {
    const known = cache.get(name)
    const seen = look(name)
    if (known !== undefined && seen && isSameVersion(known.stats, seen)) return known // who asked before has loaded it
    const opened = openInside(directory, name, symlinks, known?.stats)
    const loaded =
      opened === null || opened === 'directory' ? null : await loadFile(opened, maxWhole, etag === 'content')
    if (loaded?.lasting) cache.set(name, loaded.remembered)
    else cache.delete(name)
    return loaded === null ? (opened as 'directory' | null) : loaded.remembered
  }

  function stored(name: string, { stats, etag, file }: Remembered): StoredFile {
    return file ?? streamedFile(pathOf(directory, name), name, stats, etag, pace)
  }
}
