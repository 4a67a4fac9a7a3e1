import { callApp } from '@fsgi/core/server'
import { exchangeName } from '@fsgi/server-node/relay'
import { answerError } from '../front/answer-error.ts'
import { seenRequest } from '../errors/seen-request.ts'
import { reportWithWay, wayOf } from './error-way.ts'
import type { App, Context } from '@fsgi/core'
import type { Exchange } from '@fsgi/core/server'

export interface ErrorPageFacts {
  readonly root: string
  readonly pageToken: string
}

/**
 * The outermost layer in development: shows what the app threw, or what is wrong with what it returned, instead of a bare 500.
 * The exchange has failed all the same: the error is reported, and the `outcome` of what was deferred has it.
 */
export function errorPage(app: App, facts: ErrorPageFacts): App {
  return async function errorPaged(request, context) {
    let failure: { error: unknown } | undefined
    // what a server checks, checked the same way; it asks an exchange for no more than these two
    const exchange = { context, fail: (error: unknown) => void (failure = { error }) } as unknown as Exchange
    const response = await callApp(app, request, exchange)
    if (failure === undefined) return response
    const { error } = failure
    if (context.signal.aborted) throw error // nobody waits for a page; whether it is news is for the server to say
    fail(error, request, context)
    return answerError(reportWithWay(error), request, context, {
      ...facts,
      heading: 'The application threw an error',
      seen: seenRequest(request, context, wayOf(error)?.context),
      exchange: exchangeName(context),
    })
  }
}

let during: string | undefined

/** The request whose failure is being reported now, as `GET /path`. */
export function failingRequest(): string | undefined {
  return during
}

function fail(error: unknown, request: Request, context: Context): void {
  during = `${request.method} ${context.target}`
  ;(context as Context & { [EXCHANGE]?: Exchange })[EXCHANGE]?.fail(error) // reports at once
  during = undefined
}

const EXCHANGE: unique symbol = Symbol.for('fsgi.exchange')
