import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { changedSince } from './file-signature.ts'
import type { AppProcess } from './app-process.ts'

/** What a process is started with, and cannot change later: NODE_OPTIONS, TZ and certificates are read when Node starts. */
export interface ProcessFacts {
  readonly env: NodeJS.ProcessEnv
  /** The file that tsx is to follow. */
  readonly tsconfig: string | undefined
  /** Files that it may depend on without saying so. */
  readonly files: readonly string[]
}

const CALM = 100 // ms after a start in which the application has the machine for itself

/**
 * The next process, started before there is anything for it to load: it has Node, tsx and the server in memory when a file is
 * saved. There is at most one, and it runs no code of the application before it is taken.
 */
export class Spare {
  readonly #facts: () => ProcessFacts
  readonly #fork: (facts: ProcessFacts) => AppProcess
  readonly #warm: (process: AppProcess) => void
  #made: { readonly process: AppProcess; readonly facts: ProcessFacts; readonly at: number } | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param facts of the next process; may throw if there can be none. */
  constructor(
    facts: () => ProcessFacts,
    fork: (facts: ProcessFacts) => AppProcess,
    warm: (process: AppProcess) => void,
  ) {
    this.#facts = facts
    this.#fork = fork
    this.#warm = warm
  }

  /** Starts it in a moment, if there is none. */
  prepare(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#prepare(), CALM)
    this.#timer.unref()
  }

  /** A process that has loaded nothing: the spare, or a new one if what the spare depends on is another by now. */
  async take(): Promise<AppProcess> {
    clearTimeout(this.#timer)
    const facts = this.#facts()
    const made = this.#made
    this.#made = undefined
    if (made === undefined) return this.#fork(facts)
    const loaded = isDeepStrictEqual(facts, made.facts) ? await made.process.booted : undefined
    const files = loaded && [...loaded, ...facts.files.filter((file) => existsSync(file))]
    if (files !== undefined && !files.some((file) => changedSince(file, made.at))) return made.process
    made.process.kill()
    return this.#fork(facts)
  }

  /** No more of it. */
  close(): void {
    clearTimeout(this.#timer)
    this.#made?.process.kill()
    this.#made = undefined
  }

  #prepare(): void {
    if (this.#made !== undefined) return
    try {
      const facts = this.#facts()
      const made = { at: Date.now(), facts, process: this.#fork(facts) }
      this.#made = made
      this.#warm(made.process)
      void made.process.gone.then(() => {
        if (this.#made === made) this.#made = undefined
      })
    } catch {} // the next start will say what is wrong
  }
}
