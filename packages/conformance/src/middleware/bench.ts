import { dispatch } from '@fsgi/core/testing'
import { lint } from '@fsgi/core/lint'
import type { App, Middleware } from '@fsgi/core'
import type { Exchanged, Subject } from './case.ts'
import type { Finding } from '@fsgi/core/lint'

/**
 * The middleware of one case, linted on both sides, in front of apps that the case brings, under an in-process server; and
 * what was noticed meanwhile.
 */
export class Bench implements Subject {
  /** What lint holds the middleware responsible for. */
  readonly findings = new Set<string>()
  /** What reached the operator. */
  readonly reports: unknown[] = []
  /** What the case waits for. */
  waitingFor: string | undefined
  readonly #make: () => Middleware<any, any>
  readonly #values: Readonly<Record<string, unknown>>
  #middleware: Middleware<any, any> | undefined
  readonly #responses: Response[] = []
  readonly #ends: Promise<void>[] = []

  constructor(make: () => Middleware<any, any>, values: Readonly<Record<string, unknown>>) {
    this.#make = make
    this.#values = values
  }

  readonly wrap: Subject['wrap'] = (app, look = (app) => app) => {
    const middleware = (this.#middleware ??= made(this.#make))
    // The app below is called by nobody but the middleware: what its caller is blamed for is the middleware's fault.
    const inner = this.#linted(app, 'app', ({ layer }) => layer !== 'app')
    return this.#linted(look(wrapped(middleware, inner)), 'middleware', ({ layer }) => layer === 'middleware')
  }

  readonly exchange: Subject['exchange'] = async (app, request, given = {}): Promise<Exchanged> => {
    const reports: unknown[] = []
    let end: () => void
    const ended = new Promise<void>((resolve) => (end = resolve))
    const outermost: App = (request, context) => {
      this.#ends.push(ended)
      context.defer(() => end()) // the first to be deferred is the last to run: lint has had its say
      return app(request, context.with<{}>(this.#values))
    }
    const report = (error: unknown): void => {
      reports.push(error)
      this.reports.push(error)
    }
    const response = await this.waitFor('the response', dispatch(outermost, request, { report, ...given }))
    this.#responses.push(response)
    return { response, reports, ended }
  }

  readonly send: Subject['send'] = async (app, request, given) => this.exchange(this.wrap(app), request, given)

  readonly waitFor: Subject['waitFor'] = async (what, promise) => {
    this.waitingFor = what
    const result = await promise
    this.waitingFor = undefined
    return result
  }

  /** Reads what the case has left unread, and waits until every exchange has ended: some things are only found then. */
  async finish(): Promise<void> {
    for (const response of this.#responses) {
      if (response.bodyUsed || response.body?.locked !== false) continue
      await this.waitFor('the end of a body', response.arrayBuffer()).catch(() => {}) // not what the case is about
    }
    await this.waitFor('the end of an exchange', Promise.all(this.#ends))
  }

  #linted(app: App, name: string, isToBlame: (finding: Finding) => boolean): App {
    const onFinding = (finding: Finding): void => {
      if (isToBlame(finding)) this.findings.add(finding.message)
    }
    return lint(app, { name, mode: 'collect', onFinding })
  }
}

const HINT = 'give the suite a function that makes the middleware, such as () => gzip()'

function made(make: () => Middleware<any, any>): Middleware<any, any> {
  const middleware: unknown = make()
  if (typeof middleware === 'function') return middleware as Middleware<any, any>
  throw new TypeError(`what the suite was given to make the middleware gave ${nameOf(middleware)}: ${HINT}`)
}

function wrapped(middleware: Middleware<any, any>, inner: App): App {
  const app: unknown = calledWith(middleware, inner)
  if (typeof app === 'function') return app as App
  if (app instanceof Promise) app.catch(() => {}) // what it would say is a consequence
  const found = `the middleware was called with an app and returned ${nameOf(app)}`
  throw new TypeError(`[fsgi M1] ${found}: it has to return an app, at once; ${HINT}`)
}

function calledWith(middleware: Middleware<any, any>, inner: App): unknown {
  try {
    return middleware(inner)
  } catch (cause) {
    throw new TypeError(`[fsgi M1] the middleware was called with an app and threw ${String(cause)}; ${HINT}`, {
      cause,
    })
  }
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return typeof value === 'object' ? `an instance of ${value.constructor?.name ?? 'nothing'}` : `a ${typeof value}`
}
