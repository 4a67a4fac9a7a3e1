import { dirname, join } from 'node:path'
import { watch } from 'chokidar'
import { CONFIG_NAMES } from './find-config.ts'

const SETTLED = 50 // ms without another change: editors write in several steps

/** Watches config files, and the places where one may appear. */
export interface ConfigWatch {
  /** Watches these files as well: what the config file imports. */
  add(files: readonly string[]): void
  close(): Promise<void>
}

/** @param changed called with one file that has changed, when no more changes follow. */
export function watchConfig(folders: readonly string[], changed: (file: string) => void): ConfigWatch {
  const files = new Set(folders.flatMap((folder) => CONFIG_NAMES.map((name) => join(folder, name))))
  const watched = new Set(folders)
  const ignored = (path: string): boolean => !files.has(path) && !watched.has(path)
  const watcher = watch([...folders], { depth: 0, ignoreInitial: true, ignored })
  let timer: NodeJS.Timeout | undefined
  watcher.on('all', (_, path) => {
    if (!files.has(path)) return
    clearTimeout(timer)
    timer = setTimeout(changed, SETTLED, path)
  })
  watcher.on('error', () => {}) // a folder has gone, and the file with it: that has been told
  return {
    add(more) {
      for (const file of more) {
        files.add(file)
        watched.add(dirname(file))
      }
      watcher.add([...watched, ...more])
    },
    async close() {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}
