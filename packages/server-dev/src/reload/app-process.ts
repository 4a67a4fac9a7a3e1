import { fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { deferred } from './deferred.ts'
import { relay } from '@fsgi/server-node/relay'
import type { App, Context } from '@fsgi/core'
import type { ChildProcess } from 'node:child_process'
import type { CountedFinding, Recording } from '../inspector/recorded.ts'
import type { ErrorReport } from '../errors/error-report.ts'
import type { FromChild, LoadFacts, ToChild } from '../messages.ts'

/** What a process says besides how its start went. */
export interface AppListener {
  files(files: readonly string[]): void
  error(error: ErrorReport, during?: string): void
  finding(finding: CountedFinding, version: number): void
  /** What is known of an exchange so far. */
  recording(recording: Recording): void
  /** So many recordings were not sent, as there were too many. */
  leftOut(recordings: number): void
}

/** What the inspector calls the exchange of a context. */
function nameExchange(context: Context & { readonly exchange?: string }): string | undefined {
  return context.exchange
}

/** How a start went. */
export type Start = { readonly error?: undefined } | { readonly error: ErrorReport }

const PATIENCE = 30_000 // ms that a response goes on after the code has changed, if it is one that ends
const CLOSING = 5_000 // ms for the process to end: 2 s for what is in flight, the rest for what the application closes

/** One process with one state of the application's code, and the exchanges that it is working on. */
export class AppProcess {
  readonly #child: ChildProcess
  readonly #listener: AppListener
  readonly #booted = deferred<readonly string[] | undefined>()
  readonly #load = deferred<Start>()
  readonly #exit = deferred<ErrorReport>()
  #relay: App | undefined
  #sockets: string[] = []
  #crash: ErrorReport | undefined
  #exclusive = false
  #gone = false
  #inFlight = 0
  #endless = 0
  #changed: (() => void) | undefined
  #ending: Promise<void> | undefined

  /** @param env the process's whole environment; `tsconfig` the file that tsx is to follow. */
  constructor(env: NodeJS.ProcessEnv, tsconfig: string | undefined, listener: AppListener) {
    this.#listener = listener
    const tsconfigEnv = tsconfig === undefined ? {} : { FSGI_DEV_TSCONFIG: tsconfig }
    this.#child = fork(fileURLToPath(new URL('../../bin/child.js', import.meta.url)), [], {
      env: { ...env, ...tsconfigEnv },
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#child.on('message', (message: FromChild) => this.#heard(message))
    this.#child.on('error', (error) => this.#over(`could not be started: ${error.message}`))
    this.#child.on('exit', (code, signal) => {
      const over = (): void => this.#over(signal === null ? `ended with code ${code}` : `was ended by ${signal}`)
      if (!this.#child.connected) return over()
      this.#child.once('disconnect', over) // its last messages are still to come
      setTimeout(over, 500).unref()
    })
  }

  /** Whether it holds something that only one process can hold. Known once it has started. */
  get exclusive(): boolean {
    return this.#exclusive
  }

  /** Tells it to get ready for `load`. */
  warm(facts: LoadFacts): void {
    this.#sockets.push(facts.socket)
    this.#send({ type: 'warm', facts })
  }

  /** After `warm`: what it has loaded already; undefined if it is gone before it says so. */
  get booted(): Promise<readonly string[] | undefined> {
    return this.#booted.promise
  }

  /** Whether it has been told to end. */
  get ending(): boolean {
    return this.#ending !== undefined
  }

  /** Whether it is of no use any more: gone, or told to end. */
  get over(): boolean {
    return this.ending || this.#gone
  }

  /** Loads and starts the application. Never rejects. */
  load(facts: LoadFacts): Promise<Start> {
    this.#sockets.push(facts.socket)
    this.#relay = relay({ socket: facts.socket, token: facts.token, nameExchange })
    this.#send({ type: 'load', facts })
    return this.#load.promise
  }

  /** Fulfilled with the reason when the process is gone. */
  get gone(): Promise<ErrorReport> {
    return this.#exit.promise
  }

  /** Forwards an exchange to the application. */
  readonly app: App = async (request, context) => {
    this.#inFlight++
    let endless = false
    let over = false
    context.defer(() => {
      over = true
      this.#inFlight--
      if (endless) this.#endless--
      this.#changed?.()
    })
    const response = await this.#relay!(request, context)
    endless = !over && /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
    if (endless) this.#endless++
    this.#changed?.()
    return response
  }

  /** Ends it when nothing is in flight on it any more but responses that never end, such as event streams. */
  async retire(): Promise<void> {
    void this.gone.then(() => this.#crash && this.#listener.error(this.#crash)) // nobody else asks any more
    await this.#until(() => this.#inFlight === this.#endless, PATIENCE)
    await this.end()
  }

  /** Closes it now: `host.signal` aborts, what is in flight has 2 s, `host.defer` runs; after `limit` ms it is killed. */
  end(limit: number = CLOSING): Promise<void> {
    this.#ending ??= this.#end(limit)
    return this.#ending
  }

  /** Ends it at once. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async #end(limit: number): Promise<void> {
    this.#send({ type: 'close', limit })
    const timer = setTimeout(() => this.kill(), limit + 200)
    await this.gone
    clearTimeout(timer)
  }

  #send(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => {}) // that it has gone is told by 'exit'
  }

  #heard(message: FromChild): void {
    if (message.type === 'booted') this.#booted.resolve(message.files)
    else if (message.type === 'files') this.#listener.files(message.files)
    else if (message.type === 'error') this.#listener.error(message.error, message.during)
    else if (message.type === 'finding') this.#listener.finding(message.finding, message.version)
    else if (message.type === 'exchange') this.#listener.recording(message.recording)
    else if (message.type === 'left-out') this.#listener.leftOut(message.recordings)
    else if (message.type === 'failed') this.#load.resolve({ error: message.error })
    else if (message.type === 'crashed') this.#crash = message.error
    else {
      this.#exclusive = message.exclusive
      this.#load.resolve({})
    }
  }

  #over(how: string): void {
    const error = this.#crash ?? { name: 'Error', message: `the application's process ${how}`, frames: [] }
    this.#gone = true
    if (process.platform !== 'win32') for (const socket of this.#sockets) rmSync(socket, { force: true }) // it may have been killed
    this.#exit.resolve(error)
    this.#booted.resolve(undefined)
    this.#load.resolve({ error })
  }

  #until(done: () => boolean, limit: number): Promise<void> {
    if (done()) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(finish, limit)
      const finished = (): void => void (done() && finish())
      this.#changed = finished
      function finish(): void {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
