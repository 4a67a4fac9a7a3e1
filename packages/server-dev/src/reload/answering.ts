import type { AppProcess } from './app-process.ts'
import type { ErrorReport } from '../errors/error-report.ts'

/** A state of the code; `version` is its number, greater for each start. */
export type State = Running | Failed

export interface Running {
  readonly version: number
  readonly running: AppProcess
  readonly failure?: undefined
}

export interface Failed {
  readonly version: number
  readonly running?: undefined
  readonly failure: Failure
}

export interface Failure {
  readonly heading: string
  readonly error: ErrorReport
  /** It had started, and died later: worth another try, at the next request. */
  readonly crashed: boolean
}

/** Which state of the code answers; and after a start that failed also the one that worked last, whose process is kept. */
export class Answering {
  #state: State | undefined
  #kept: Running | undefined

  get state(): State | undefined {
    return this.#state
  }

  get kept(): Running | undefined {
    return this.#kept
  }

  /** What works, whether it answers or is kept. */
  get working(): Running | undefined {
    return this.#state?.running === undefined ? this.#kept : this.#state
  }

  /** Answers with this one from now on. Code that works retires what worked before it; a failure keeps it, idle. */
  enter(state: State): void {
    const old = this.working
    this.#state = state
    this.#kept = undefined
    if (old === undefined || old.running.over || old === state) return
    if (state.failure === undefined) void old.running.retire()
    else this.#kept = old
  }

  /** This process is gone, and so is not kept. */
  lost(process: AppProcess): void {
    if (this.#kept?.running === process) this.#kept = undefined
  }
}
