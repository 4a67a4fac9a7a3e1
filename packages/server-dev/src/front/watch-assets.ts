import { basename, extname, relative, sep } from 'node:path'
import { watch } from 'chokidar'
import type { ChangeEvent } from './changes.ts'
import type { Stats } from 'node:fs'

export interface AssetListener {
  tell(event: ChangeEvent, name: string): void
  /** The folder cannot be watched, or not all of it. */
  failed(error: Error): void
}

const SETTLE = 50 // ms: some editors write a file twice
const ASSET = /^\.(?:css|html?|[cm]?js|json|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|webmanifest|wasm|map)$/i

/**
 * Tells of each stylesheet and other file for browsers in `folder` that is saved, by its name: only a page knows which it
 * uses. Not those in `node_modules` and in folders that begin with a dot.
 */
export function watchAssets(folder: string, listener: AssetListener): { close(): Promise<void> } {
  const saved = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const settle = (): void => {
    for (const file of saved) listener.tell(extname(file).toLowerCase() === '.css' ? 'css' : 'asset', basename(file))
    saved.clear()
  }
  const touched = (file: string): void => {
    saved.add(file)
    clearTimeout(timer)
    timer = setTimeout(settle, SETTLE)
  }
  const ignored = (path: string, stats?: Stats): boolean =>
    isHidden(relative(folder, path)) || (stats?.isFile() === true && !ASSET.test(extname(path)))
  const watcher = watch(folder, { ignored, ignoreInitial: true, followSymlinks: false })
  watcher.on('add', touched)
  watcher.on('change', touched)
  watcher.on('error', (error) => listener.failed(error as Error))
  return {
    async close() {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}

function isHidden(path: string): boolean {
  return path.split(sep).some((name) => name === 'node_modules' || (name.startsWith('.') && name !== '.'))
}
