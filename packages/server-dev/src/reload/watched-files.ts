import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { watch } from 'chokidar'
import { deferred } from './deferred.ts'
import { changedSince, fileSignature } from './file-signature.ts'
import type { FSWatcher } from 'chokidar'

export interface WatchListener {
  /** Something may have changed: answer nothing until the next call. */
  suspect(): void
  /** Whether something has: one file that did, or undefined if it was a false alarm. */
  settled(changed: string | undefined): void
}

const DEBOUNCE = 20 // ms
const MANY = 50 // watchers
const SLOW = 2_000 // ms in which watches are there, or will not be

/**
 * Watches the files that the application has loaded, and some that it might. Whole folders are watched rather than files,
 * so that editors that write a new file and rename it, and files that come back, make no difference; but only a wanted
 * file whose size, time or inode is another than before counts as changed.
 */
export class WatchedFiles {
  readonly #always: readonly string[]
  readonly #listener: WatchListener
  readonly #seen = new Map<string, string>()
  readonly #folders = new Set<string>()
  readonly #watched = new Set<string>()
  #watchers: FSWatcher[] = []
  readonly #closed = deferred<void>()
  #watching: Promise<unknown> = Promise.resolve()
  #loaded = new Set<string>()
  #startedAt = 0
  #anyNew = false
  #newFile: string | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param always files that count whether they exist or not: .env, package.json, … */
  constructor(always: readonly string[], listener: WatchListener) {
    this.#always = always
    this.#listener = listener
  }

  /** A process is about to load the code: what changes from now on is another state of the code. */
  begin(): void {
    this.#startedAt = Date.now()
    this.#anyNew = false
    this.#newFile = undefined
    this.#loaded = new Set()
    for (const file of [...this.#always, ...this.#seen.keys()]) this.#seen.set(file, fileSignature(file))
    this.#watch([...this.#seen.keys()])
  }

  /** The process has loaded these. */
  add(files: readonly string[]): void {
    for (const file of files) {
      this.#loaded.add(file)
      if (this.#seen.has(file)) continue
      this.#seen.set(file, fileSignature(file))
      if (changedSince(file, this.#startedAt)) {
        this.#seen.set(file, '') // too new to be what was loaded
        this.#touched(file)
      }
    }
    this.#watch(files)
  }

  /** The start has gone well: only what this process has loaded counts from now on. */
  keep(): void {
    for (const file of this.#seen.keys())
      if (!this.#loaded.has(file) && !this.#always.includes(file)) this.#seen.delete(file)
  }

  /** The start has failed: a new file next to one that was loaded, or where `missing` should be, may be what it needs. */
  alsoNew(missing: string | undefined): void {
    this.#anyNew = true
    if (missing === undefined) return
    let folder = dirname(missing)
    while (!existsSync(folder)) folder = dirname(folder)
    this.#folders.add(folder)
    this.#watch([])
  }

  /** Fulfilled when all that was asked for is watched, and what has changed before that has been told. */
  async watching(): Promise<void> {
    await Promise.race([this.#watching, this.#closed.promise])
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#closed.resolve()
    await Promise.all(this.#watchers.map((watcher) => watcher.close()))
  }

  #watch(files: readonly string[]): void {
    for (const file of files) this.#folders.add(dirname(file))
    if (this.#watchers.length >= MANY) this.#forgetWatchers()
    const paths = [...this.#folders, ...this.#seen.keys()].filter((path) => !this.#watched.has(path))
    if (paths.length === 0) return
    for (const path of paths) this.#watched.add(path)
    const watcher = this.#watcher(paths) // one for each time, because it says only once that it is ready
    this.#watchers.push(watcher)
    const ready = new Promise<void>((resolve) => {
      watcher.once('ready', resolve)
      setTimeout(resolve, SLOW).unref()
    })
    this.#watching = Promise.all([this.#watching, ready.then(() => this.#lookAt(paths))])
  }

  /** One new watcher for everything takes their place. */
  #forgetWatchers(): void {
    for (const watcher of this.#watchers) void watcher.close()
    this.#watchers = []
    this.#watched.clear()
  }

  #watcher(paths: string[]): FSWatcher {
    const ignored = (path: string): boolean => !this.#seen.has(path) && !this.#folders.has(path)
    const watcher = watch(paths, { depth: 0, ignoreInitial: true, ignored })
    watcher.on('all', (event, path) => {
      if (event === 'unlink' || event === 'unlinkDir') this.#watched.delete(path) // to be watched anew when it is back
      this.#touched(path)
    })
    watcher.on('raw', (_, name, details) => this.#raw(name, details as { watchedPath?: string }))
    watcher.on('error', () => {}) // a folder has gone: what was in it has been told
    return watcher
  }

  /** What has changed before it was watched. */
  #lookAt(paths: readonly string[]): void {
    for (const path of paths) {
      const before = this.#seen.get(path)
      if (before !== undefined && before !== fileSignature(path)) this.#touched(path)
    }
  }

  /** What the operating system says, before chokidar has looked at the file: requests are held this much earlier. */
  #raw(name: string | null, { watchedPath }: { watchedPath?: string }): void {
    if (watchedPath === undefined || !this.#folders.has(watchedPath)) return
    if (name !== null) this.#touched(join(watchedPath, name))
  }

  #touched(path: string): void {
    if (!this.#seen.has(path)) {
      if (!this.#anyNew || !mayBeModule(path)) return
      this.#newFile = path
    }
    if (this.#timer === undefined) this.#listener.suspect()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#settle(), DEBOUNCE)
  }

  #settle(): void {
    this.#timer = undefined
    const changed = [...this.#seen].find(([file, before]) => fileSignature(file) !== before)?.[0] ?? this.#newFile
    this.#listener.settled(changed)
  }
}

const MODULE = /\.(?:[cm]?[jt]sx?|json)$/

/** Whether there is a new module, or a folder that may hold one. */
function mayBeModule(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && (stats.isDirectory() || MODULE.test(path))
}
