import { AppProcess } from './app-process.ts'
import { WatchedFiles } from './watched-files.ts'
import type { AppListener } from './app-process.ts'
import type { ErrorReport } from '../errors/error-report.ts'
import type { LoadFacts } from '../messages.ts'

/** What answers requests now. */
export type State =
  | { readonly running: AppProcess; readonly failure?: undefined }
  | { readonly running?: undefined; readonly failure: Failure }

export interface Failure {
  readonly heading: string
  readonly error: ErrorReport
  /** It had started, and died later: worth another try, at the next request. */
  readonly crashed: boolean
}

export interface ReloadFacts {
  /** Files that count whether the application loads them or not. */
  readonly files: readonly string[]
  /** The environment of the next process; read again for each. @throws for one that cannot be used. */
  env(): NodeJS.ProcessEnv
  tsconfig(): string | undefined
  /** What the process of version `version` is to load. */
  load(version: number): LoadFacts
}

export interface ReloadListener extends Omit<AppListener, 'files'> {
  /** There is another state of the code: it answers, or it has failed. */
  changed(
    version: number,
    state: State,
    facts: { readonly milliseconds: number; readonly file: string | undefined },
  ): void
}

const HUNG = 2_000 // ms that a start which is out of date already may still take

/** Keeps one process for the newest state of the code: starts the next before it retires the last. */
export class Reloader {
  readonly #facts: ReloadFacts
  readonly #listener: ReloadListener
  readonly #files: WatchedFiles
  readonly #alive = new Set<AppProcess>()
  readonly #waiting = new Set<() => void>()
  #version = 0
  #state: State | undefined
  #starting: AppProcess | undefined
  #work: Promise<void> | undefined
  #again = false
  #suspect = false
  #closed = false
  #file: string | undefined

  constructor(facts: ReloadFacts, listener: ReloadListener) {
    this.#facts = facts
    this.#listener = listener
    this.#files = new WatchedFiles(facts.files, {
      suspect: () => (this.#suspect = true),
      settled: (file) => this.#settled(file),
    })
  }

  /** The number of the state of the code that answers; it grows with each one. */
  get version(): number {
    return this.#version
  }

  /** Starts the application, or starts it once more if a start is under way. Fulfilled when the newest code answers. */
  reload(): Promise<void> {
    if (this.#work === undefined) {
      this.#work = this.#run().finally(() => {
        this.#work = undefined
        this.#release()
      })
    } else {
      this.#again = true
      void this.#starting?.end(HUNG)
    }
    return this.#work
  }

  /**
   * What answers a request that arrives now: as soon as the newest code is there, or undefined if it is not after `limit` ms.
   * `signal` is asked for only if there is something to wait for.
   */
  async settled(signal: () => AbortSignal, limit: number): Promise<State | undefined> {
    await new Promise((resolve) => setImmediate(resolve)) // a save before this request has been told by then
    if (this.#state?.failure?.crashed === true && this.#work === undefined) void this.reload()
    if (this.#busy) await this.#waitFor(signal(), limit)
    return this.#busy ? undefined : this.#state
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#files.close()
    await Promise.all([...this.#alive].map((process) => process.end()))
    await this.#work
  }

  /** For the end of this process: no child may survive it. */
  kill(): void {
    for (const process of this.#alive) process.kill()
  }

  async #run(): Promise<void> {
    do {
      this.#again = false
      const began = performance.now()
      const old = this.#state?.running
      if (old?.exclusive === true) await old.end()
      if (this.#closed) return
      const state = await this.#start()
      if (this.#again || this.#closed) continue
      this.#version++
      this.#state = state
      if (old !== undefined && !old.exclusive) void old.retire()
      this.#listener.changed(this.#version, state, { milliseconds: performance.now() - began, file: this.#file })
    } while (this.#again && !this.#closed)
  }

  async #start(): Promise<State> {
    this.#files.begin()
    try {
      const process = this.#fork(this.#facts.env())
      const { error } = await process.load(this.#facts.load(this.#version + 1))
      this.#starting = undefined
      if (error === undefined) return await this.#started(process)
      await process.gone
      return this.#failed(error)
    } catch (error) {
      return this.#failed({
        name: 'Error',
        message: error instanceof Error ? error.message : String(error),
        frames: [],
      })
    }
  }

  #fork(env: NodeJS.ProcessEnv): AppProcess {
    const current = (): boolean => this.#starting === process || this.#state?.running === process
    const process = new AppProcess(env, this.#facts.tsconfig(), {
      ...this.#listener,
      files: (files) => void (current() && this.#files.add(files)),
    })
    this.#starting = process
    this.#alive.add(process)
    void process.gone.then((error) => {
      this.#alive.delete(process)
      if (this.#state?.running === process && !this.#closed) this.#crashed(error)
    })
    return process
  }

  async #started(process: AppProcess): Promise<State> {
    if (this.#again) await process.end()
    else this.#files.keep()
    return { running: process }
  }

  #failed(error: ErrorReport): State {
    this.#files.alsoNew(/Cannot find module '(.+?)'/.exec(error.message)?.[1])
    return { failure: { heading: 'The application did not start', error, crashed: false } }
  }

  #crashed(error: ErrorReport): void {
    if (this.#work !== undefined) return this.#listener.error(error) // the next one is on its way
    this.#version++
    this.#state = { failure: { heading: 'The application crashed', error, crashed: true } }
    this.#listener.changed(this.#version, this.#state, { milliseconds: 0, file: undefined })
  }

  #settled(file: string | undefined): void {
    this.#suspect = false
    if (file === undefined) return this.#release()
    this.#file = file
    if (!this.#closed) void this.reload()
  }

  get #busy(): boolean {
    return this.#suspect || this.#work !== undefined
  }

  #release(): void {
    if (this.#busy) return
    for (const go of this.#waiting) go()
    this.#waiting.clear()
  }

  #waitFor(signal: AbortSignal, limit: number): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', go)
        this.#waiting.delete(go)
        resolve()
      }
      const timer = setTimeout(go, limit)
      signal.addEventListener('abort', go)
      this.#waiting.add(go)
    })
  }
}
