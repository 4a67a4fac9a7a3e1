import { statSync, watch } from 'node:fs'
import { basename, join } from 'node:path'
import type { FSWatcher } from 'node:fs'

const POLL = 300 // ms

/**
 * Watches folders, each for what is directly in it and for the folder itself. From the moment that `watch` returns, nothing is
 * missed: so this is fs.watch itself, and not something around it that begins to watch a little later.
 */
export class WatchedFolders {
  readonly #told: (path: string) => void
  readonly #watched = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>()
  readonly #look: () => void
  #polling: NodeJS.Timeout | undefined

  /**
   * @param told is called with what may have changed: a path in a folder, or a folder that may have gone. False alarms included.
   * @param look is called now and then where the system does not tell: CHOKIDAR_USEPOLLING is set, or it has no watches left.
   */
  constructor(told: (path: string) => void, look: () => void) {
    this.#told = told
    this.#look = look
    if (!['', '0', 'false', undefined].includes(process.env['CHOKIDAR_USEPOLLING'])) this.#poll()
  }

  /** Watches these as well; and once more those in whose place there is another now. What does not exist is left out. */
  watch(folders: Iterable<string>): void {
    for (const folder of folders) {
      const identity = identityOf(folder)
      const before = this.#watched.get(folder)
      if (before?.identity === identity) continue
      this.#forget(folder)
      if (identity !== undefined) this.#watch(folder, identity)
    }
  }

  close(): void {
    clearInterval(this.#polling)
    for (const { watcher } of this.#watched.values()) watcher.close()
    this.#watched.clear()
  }

  #watch(folder: string, identity: string): void {
    try {
      const watcher = watch(folder, { persistent: false })
      this.#watched.set(folder, { watcher, identity })
      watcher.on('change', (_, name) => {
        if (name === null || name === basename(folder)) this.#gone(folder)
        if (name !== null) this.#told(join(folder, String(name)))
      })
      watcher.on('error', () => this.#gone(folder))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#poll() // no more watches: max_user_watches
    }
  }

  /** The folder itself may have been moved or removed: what is there now is to be watched anew. */
  #gone(folder: string): void {
    this.#forget(folder)
    this.#told(folder)
  }

  #forget(folder: string): void {
    this.#watched.get(folder)?.watcher.close()
    this.#watched.delete(folder)
  }

  #poll(): void {
    this.#polling ??= setInterval(this.#look, POLL).unref()
  }
}

/** Of a folder, whatever happens in it; the number alone is given again to the next that is made. */
function identityOf(folder: string): string | undefined {
  const stats = statSync(folder, { throwIfNoEntry: false })
  return stats && `${stats.ino} ${stats.birthtimeMs}`
}
