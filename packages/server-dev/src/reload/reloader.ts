import { AppProcess } from './app-process.ts'
import { Answering } from './answering.ts'
import { Spare } from './spare.ts'
import { Waiting } from './waiting.ts'
import { WatchedFiles } from './watched-files.ts'
import type { AppListener } from './app-process.ts'
import type { ErrorReport } from '../errors/error-report.ts'
import type { LoadFacts } from '../messages.ts'
import type { Failed, State } from './answering.ts'
import type { ProcessFacts } from './spare.ts'

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
  changed(version: number, state: State, facts: ChangeFacts): void
}

export interface ChangeFacts {
  /** How long the start took. */
  readonly milliseconds: number
  /** One file that has changed, if that is the reason. */
  readonly file: string | undefined
}

const HUNG = 2_000 // ms that a start which is out of date already may still take

/** Keeps one process for the newest state of the code: starts the next before it retires the last. */
export class Reloader {
  readonly #facts: ReloadFacts
  readonly #listener: ReloadListener
  readonly #files: WatchedFiles
  readonly #spare: Spare
  readonly #alive = new Set<AppProcess>()
  readonly #waiting = new Waiting()
  readonly #answering = new Answering()
  #starts = 0
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
    this.#spare = new Spare(
      () => ({ env: facts.env(), tsconfig: facts.tsconfig(), files: facts.files }),
      (given) => this.#fork(given),
      (process) => process.warm(facts.load(0)),
    )
  }

  /** The number of the state of the code that answers; 0 before there is one. */
  get version(): number {
    return this.#answering.state?.version ?? 0
  }

  /** Whether `useLast` would have something to use. */
  get hasLast(): boolean {
    return this.#answering.kept !== undefined && !this.#busy
  }

  /**
   * After a start that failed: answers with the code that worked last, until the next change. False if there is none: nothing
   * has worked yet, it died, it was `exclusive` and so had to be closed first, or newer code is starting already.
   */
  useLast(): boolean {
    const { kept } = this.#answering
    if (kept === undefined || this.#busy) return false
    this.#enter(kept, { milliseconds: 0, file: undefined })
    return true
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
    if (this.#answering.state?.failure?.crashed === true && this.#work === undefined) void this.reload()
    if (this.#busy) await this.#waiting.wait(signal(), limit)
    return this.#busy ? undefined : this.#answering.state
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#spare.close()
    this.#files.close()
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
      const old = this.#answering.working?.running
      if (old?.exclusive === true) await old.end()
      if (this.#closed) return
      const state = await this.#start()
      if (this.#again || this.#closed) continue
      this.#enter(state, { milliseconds: performance.now() - began, file: this.#file })
    } while (this.#again && !this.#closed)
    if (!this.#closed) this.#spare.prepare()
  }

  #enter(state: State, facts: ChangeFacts): void {
    this.#answering.enter(state)
    this.#listener.changed(state.version, state, facts)
  }

  async #start(): Promise<State> {
    const version = ++this.#starts
    try {
      const process = await this.#spare.take().finally(() => {
        this.#again = false // whatever has changed until now is what it will load
        this.#files.begin()
      })
      if (this.#closed) await process.end()
      this.#starting = process
      const { error } = await process.load(this.#facts.load(version))
      this.#starting = undefined
      if (error !== undefined) await process.gone
      else if (this.#again) await process.end()
      else this.#files.keep()
      return error === undefined ? { version, running: process } : this.#failed(version, error)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return this.#failed(version, { name: 'Error', message, frames: [] })
    }
  }

  #fork({ env, tsconfig }: ProcessFacts): AppProcess {
    const current = (): boolean => [this.#starting, this.#answering.state?.running].includes(process)
    const process = new AppProcess(env, tsconfig, {
      ...this.#listener,
      files: (files) => void (current() && this.#files.add(files)),
    })
    this.#alive.add(process)
    void process.gone.then((error) => {
      this.#alive.delete(process)
      if (process.ending || process !== this.#answering.working?.running) return
      if (process === this.#answering.state?.running && this.#work === undefined) this.#crashed(error)
      else this.#listener.error(error) // it did not answer, or the next one is on its way
      this.#answering.lost(process)
    })
    return process
  }

  #failed(version: number, error: ErrorReport): Failed {
    this.#files.alsoNew(/Cannot find module '(.+?)'/.exec(error.message)?.[1])
    return { version, failure: { heading: 'The application did not start', error, crashed: false } }
  }

  #crashed(error: ErrorReport): void {
    const failure = { heading: 'The application crashed', error, crashed: true }
    this.#enter({ version: ++this.#starts, failure }, { milliseconds: 0, file: undefined })
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
    if (!this.#busy) this.#waiting.release()
  }
}
