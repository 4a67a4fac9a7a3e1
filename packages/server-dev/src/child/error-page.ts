import { callApp } from '@fsgi/core/server'
import { answerError } from '../front/answer-error.ts'
import { errorReport } from '../errors/error-report.ts'
import type { App } from '@fsgi/core'
import type { ErrorReport } from '../errors/error-report.ts'
import type { Exchange } from '@fsgi/core/server'

export interface ErrorPageFacts {
  readonly root: string
  /** Prints the error; `during` is the request. */
  print(error: ErrorReport, during: string): void
}

/** The outermost layer in development: shows what the app threw, or what is wrong with what it returned, instead of a bare 500. */
export function errorPage(app: App, facts: ErrorPageFacts): App {
  return async function errorPaged(request, context) {
    let failure: { error: unknown } | undefined
    // what a server checks, checked the same way; it asks an exchange for no more than these two
    const exchange = { context, fail: (error: unknown) => void (failure = { error }) } as unknown as Exchange
    const response = await callApp(app, request, exchange)
    if (failure === undefined) return response
    if (context.signal.aborted) throw failure.error // nobody waits for a page; whether it is news is for the server to say
    const error = errorReport(failure.error)
    facts.print(error, `${request.method} ${context.target}`)
    return answerError(error, request, { ...facts, heading: 'The application threw an error' })
  }
}
