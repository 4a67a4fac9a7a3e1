import { allowedHost } from './allowed-host.ts'
import { answerError } from './answer-error.ts'
import { errorReport } from '../errors/error-report.ts'
import { errorResponse } from '@fsgi/core/server'
import type { App, Context } from '@fsgi/core'
import type { AppProcess } from '../reload/app-process.ts'
import type { Exchanges, Ongoing } from '../inspector/exchanges.ts'
import type { LivePages } from './live-pages.ts'
import type { Failure, State } from '../reload/answering.ts'
import type { Reloader } from '../reload/reloader.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface FrontFacts {
  readonly reloader: Reloader
  readonly terminal: Terminal
  /** The development server's own pages. */
  readonly internal: App
  /** The name or address that the server was told to listen on, if it was. */
  readonly host: string | undefined
  readonly root: string
  readonly pageToken: string
  /** Where exchanges are kept for the inspector; undefined if it is off. */
  readonly exchanges: Exchanges | undefined
  /** Undefined: pages are left as they are. */
  readonly live: LivePages | undefined
}

const PATIENCE = 30 // seconds that a request waits for the code to start

/** What answers in the server's own process: it checks, waits for the newest code, and passes the exchange on to it. */
export function front(facts: FrontFacts): App {
  const { reloader, internal, terminal, live } = facts

  return async function fronted(request, context) {
    const { hostname, pathname } = new URL(request.url)
    if (!allowedHost(hostname, facts.host, context.localAddress?.address)) return foreignHost(hostname, terminal)
    if (pathname === '/__fsgi' || pathname.startsWith('/__fsgi/')) return internal(request, context)
    const logged = logRequest(request, context, terminal)
    const ongoing = facts.exchanges?.begin(request, context)
    const state = await reloader.settled(() => context.signal, PATIENCE * 1000)
    const asOf = live?.asOf()
    const response = logged(state === undefined ? stillStarting() : await answer(state, request, context, ongoing))
    return live?.bring(request, response, asOf!) ?? response
  }

  async function answer(state: State, request: Request, context: Context, ongoing?: Ongoing): Promise<Response> {
    if (state.failure !== undefined) return failed(state.failure, request, context, ongoing)
    try {
      return await passedOn(state.running.app, request, context, ongoing)
    } catch (error) {
      const failure = await crash(state.running)
      if (failure !== undefined) return failed(failure, request, context, ongoing)
      if (!context.signal.aborted) ongoing?.failed(errorReport(error))
      throw error
    }
  }

  function failed({ heading, error }: Failure, request: Request, context: Context, ongoing?: Ongoing): Response {
    ongoing?.failed(error)
    return answerError(error, request, context, {
      heading,
      root: facts.root,
      seen: undefined,
      pageToken: facts.pageToken,
      hasLast: reloader.hasLast,
      exchange: ongoing?.name,
    })
  }
}

/** To the application, which is told by which name the inspector knows the exchange. */
async function passedOn(app: App, request: Request, context: Context, ongoing?: Ongoing): Promise<Response> {
  if (ongoing === undefined) return app(request, context)
  return ongoing.answered(await app(ongoing.request, context.with<{}>({ exchange: ongoing.name })))
}

/** The connection to the application broke: if its process is gone, or goes now, that is why. */
async function crash(process: AppProcess): Promise<Failure | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, 1000))
  const error = await Promise.race([process.gone, late])
  return error && { heading: 'The application crashed', error, crashed: true }
}

function stillStarting(): Response {
  const text = `The application is still starting after ${PATIENCE} seconds. The terminal may say why; this page tries again.`
  return errorResponse(503, text, { refresh: '3', 'retry-after': '3', 'cache-control': 'no-store' })
}

function foreignHost(hostname: string, terminal: Terminal): Response {
  terminal.warn(`refused a request for the host '${hostname}': start with --host ${hostname} if it is yours`)
  const text =
    `The development server does not answer for the host '${hostname}': it could be another site's name that points here ` +
    `(DNS rebinding). If it is yours, start the server with --host ${hostname}.`
  return errorResponse(403, text, { 'cache-control': 'no-store' })
}

/** Writes the line of the log when the exchange is over. */
function logRequest(request: Request, context: Context, terminal: Terminal): (response: Response) => Response {
  const began = performance.now()
  let size: number | undefined
  context.defer(({ status, aborted }) => {
    terminal.request({
      method: request.method,
      path: context.target,
      status,
      aborted,
      milliseconds: performance.now() - began,
      size,
    })
  })
  return (response) => {
    const length = response.headers.get('content-length')
    if (length !== null) size = Number(length)
    return response
  }
}
