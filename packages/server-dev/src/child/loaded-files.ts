import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** What tsx says about modules that it was asked for: filled by bin/child.js from the first one on. */
export interface LoadedModules {
  readonly urls: ReadonlySet<string>
  /** Called after each addition. */
  changed(): void
}

/** Tells of each file that the application has loaded, once: ES modules as tsx sees them, CommonJS from Node's own cache. */
export function tellLoadedFiles(modules: LoadedModules, tell: (files: string[]) => void): () => void {
  const told = new Set<string>()
  const { cache } = createRequire(import.meta.url)
  let waiting = false

  function flush(): void {
    waiting = false
    const now = [...modules.urls].flatMap(pathOf).concat(Object.keys(cache))
    const files = now.filter((file) => !told.has(file) && !/[/\\]node_modules[/\\]/.test(file))
    for (const file of files) told.add(file)
    if (files.length > 0) tell(files)
  }
  modules.changed = () => {
    if (!waiting) setImmediate(flush)
    waiting = true
  }
  return flush
}

function pathOf(url: string): string[] {
  if (!url.startsWith('file:')) return []
  return [fileURLToPath(url.replace(/[?#].*$/, ''))]
}
