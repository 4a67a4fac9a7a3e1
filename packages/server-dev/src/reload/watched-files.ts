import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { WatchedFolders } from './watched-folders.ts'
import { changedSince, fileSignature } from './file-signature.ts'

export interface WatchListener {
  /** Something may have changed: answer nothing until the next call. */
  suspect(): void
  /** Whether something has: one file that did, or undefined if it was a false alarm. */
  settled(changed: string | undefined): void
}

const DEBOUNCE = 20 // ms

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
  readonly #watched: WatchedFolders
  #loaded = new Set<string>()
  #startedAt = 0
  #anyNew = false
  #newFile: string | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param always files that count whether they exist or not: .env, package.json, … */
  constructor(always: readonly string[], listener: WatchListener) {
    this.#always = always
    this.#listener = listener
    this.#watched = new WatchedFolders(
      (path) => this.#told(path),
      () => this.#look(),
    )
  }

  /** A process is about to load the code: what changes from now on is another state of the code. */
  begin(): void {
    this.#startedAt = Date.now()
    this.#anyNew = false
    this.#newFile = undefined
    this.#loaded = new Set()
    const files = [...this.#always, ...this.#seen.keys()]
    this.#watch(files)
    for (const file of files) this.#seen.set(file, fileSignature(file))
  }

  /** The process has loaded these. */
  add(files: readonly string[]): void {
    this.#watch(files)
    for (const file of files) {
      this.#loaded.add(file)
      if (this.#seen.has(file)) continue
      const tooNew = changedSince(file, this.#startedAt) // to be what was loaded
      this.#seen.set(file, tooNew ? '' : fileSignature(file))
      if (tooNew) this.#touched()
    }
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
    this.#watch([join(folder, 'any')])
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      const isIt = path.startsWith(missing) || missing.startsWith(path + sep)
      if (isIt && changedSince(path, this.#startedAt)) this.#told(path) // it came while the start failed
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#watched.close()
  }

  #watch(files: readonly string[]): void {
    for (const file of files) for (const folder of foldersOf(file, this.#always)) this.#folders.add(folder)
    this.#watched.watch(this.#folders)
  }

  #told(path: string): void {
    if (!this.#seen.has(path) && !this.#folders.has(path)) {
      if (!this.#anyNew || !mayBeModule(path)) return
      this.#newFile = path
    }
    this.#touched()
  }

  #touched(): void {
    if (this.#timer === undefined) this.#listener.suspect()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#settle(), DEBOUNCE)
  }

  #settle(): void {
    this.#timer = undefined
    this.#watched.watch(this.#folders) // one that is back has to be watched before it is looked at
    this.#listener.settled(this.#changed() ?? this.#newFile)
  }

  #look(): void {
    if (this.#timer === undefined && this.#changed() !== undefined) this.#touched()
  }

  #changed(): string | undefined {
    for (const [file, before] of this.#seen) if (fileSignature(file) !== before) return file
    return undefined
  }
}

/** A file's folder, and those above it in the folder of a file that always counts: whole folders are moved as well. */
function foldersOf(file: string, always: readonly string[]): string[] {
  const folders = [dirname(file)]
  const top = always.map((path) => dirname(path)).find((folder) => file.startsWith(folder + sep))
  if (top === undefined) return folders
  while (folders.at(-1) !== top) folders.push(dirname(folders.at(-1)!))
  return folders
}

const MODULE = /\.(?:[cm]?[jt]sx?|json)$/

/** Whether there is a new module, or a folder that may hold one. */
function mayBeModule(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && (stats.isDirectory() || MODULE.test(path))
}
