import { once } from 'node:events'
import { READY } from './serve-store.ts'
import type { ChildProcess } from 'node:child_process'
import type { TaskArguments, Tasks } from './tasks.ts'

/** What is said to a process, and what it says. */
export interface Order {
  readonly number: number
  readonly task: keyof Tasks
  readonly args: readonly unknown[]
}
export interface Answer {
  readonly number: number
  readonly result?: unknown
  readonly error?: string
}

/** A process with a store of its own. */
export class Worker {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>()
  readonly #ended: Promise<unknown>
  #count = 0

  /** Starts one. @throws {Error} if it ends before it is ready. */
  static async start(start: () => ChildProcess): Promise<Worker> {
    const child = start()
    if (child.send === undefined) {
      child.kill()
      throw new Error("the host's worker() gave a process without an IPC channel: start it with fork()")
    }
    const worker = new Worker(child)
    try {
      await worker.#answer(READY)
    } catch (error) {
      child.kill()
      throw error
    }
    return worker
  }

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = once(child, 'exit').catch(() => undefined)
    child.on('message', ({ number, result, error }: Answer) => {
      const waiting = this.#waiting.get(number)
      this.#waiting.delete(number)
      if (error === undefined) waiting?.resolve(result as never)
      else waiting?.reject(new Error(`in another process: ${error}`))
    })
    const fail = (why: string): void => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`a process of the host ${why}`))
      this.#waiting.clear()
    }
    child.on('error', (error) => fail(`could not be started: ${error.message}`))
    child.on('exit', (code, signal) => fail(`ended with ${signal ?? `code ${code}`}`))
  }

  /** Has a task done there. */
  run<Name extends keyof Tasks>(task: Name, ...args: TaskArguments<Name>): ReturnType<Tasks[Name]> {
    const order: Order = { number: this.#count++, task, args }
    const answer = this.#answer(order.number)
    this.#child.send(order)
    return answer as ReturnType<Tasks[Name]>
  }

  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.#ended
    clearTimeout(kill)
  }

  #answer(number: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(number, { resolve, reject }))
  }
}
