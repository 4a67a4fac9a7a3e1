import type { Context } from './context.ts'

/**
 * A web application: a request and a context in, a response out. Any fetch handler that looks only at its first argument
 * is one already. A throw and a rejection mean the same: the server answers 500 and reports the error (SPEC A10, S27).
 */
export type App<C extends Context = Context> = (request: Request, context: C) => Response | Promise<Response>
