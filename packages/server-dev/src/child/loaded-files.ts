import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** What tsx says about modules that it was asked for: filled by bin/child.js from the first one on. */
export interface LoadedModules {
  readonly urls: ReadonlySet<string>
  /** Called after each addition. */
  changed(): void
}

const { cache } = createRequire(import.meta.url)

/** All files that this process has loaded: ES modules as tsx sees them, CommonJS from Node's own cache. */
export function loadedFiles({ urls }: LoadedModules): string[] {
  return [...urls].flatMap((url) => fileOf(url) ?? []).concat(Object.keys(cache))
}

/** Tells of each file that is the application's own, once, from now on; what it gives tells of the last ones. */
export function tellLoadedFiles(modules: LoadedModules, tell: (files: string[]) => void): () => void {
  const told = new Set<string>()
  let waiting = false

  function flush(): void {
    waiting = false
    const files = loadedFiles(modules).filter((file) => !told.has(file) && isOwn(file))
    for (const file of files) told.add(file)
    if (files.length > 0) tell(files)
  }
  modules.changed = () => {
    if (!waiting) setImmediate(flush)
    waiting = true
  }
  modules.changed()
  return flush
}

const PATIENCE = 50 // ms, should tsx one day no longer tell of such a module

/**
 * Fulfilled when tsx has told of everything that was loaded until now. Its messages come from its own thread on Node 20, but
 * in order: so this loads one thing more, and waits for the message about that.
 */
export async function allSeen(modules: LoadedModules): Promise<void> {
  const last = `data:text/javascript,//${crypto.randomUUID()}`
  await import(last)
  const end = performance.now() + PATIENCE
  while (!modules.urls.has(last) && performance.now() < end) await new Promise((resolve) => setImmediate(resolve))
}

/** The file that a module was loaded from, without what follows it in the URL. */
export function fileOf(url: string, windows?: boolean): string | undefined {
  if (!url.startsWith('file:')) return undefined
  return fileURLToPath(url.replace(/[?#].*$/, ''), { windows })
}

/** Whether a file is not in a package that was installed. Node has resolved links: a package of the workspace is one's own. */
export function isOwn(file: string): boolean {
  return !/[/\\]node_modules[/\\]/.test(file)
}
