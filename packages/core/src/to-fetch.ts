import { callApp, errorResponse } from './server/call-app.ts'
import { endWithBody } from './server/end-with-body.ts'
import { Exchange } from './server/exchange.ts'
import { normalRequest } from './server/normal-request.ts'
import { platformFacts } from './to-fetch/platform-facts.ts'
import { startEntry } from './server/start-entry.ts'
import type { Entry } from './entry.ts'
import type { PlatformFacts } from './to-fetch/platform-facts.ts'
import type { Started } from './server/start-entry.ts'

export interface ToFetchOptions {
  /** `context.env`, where the platform does not pass one (Workers do). Default `{}`. */
  readonly env?: Readonly<Record<string, unknown>>
  /** Told about errors. Default `console.error`. */
  readonly report?: (error: unknown) => void
}

/**
 * An FSGI app as a plain fetch handler, for `Bun.serve`, `Deno.serve`, a Worker's `fetch`, or any framework. What the
 * platform passes after the request (Bun's server, Deno's info, a Worker's env and ctx) becomes the context.
 *
 * An entry is started once, at the first request; if that fails the answer is 500 and the next request tries again.
 *
 * ```ts
 * export default { fetch: toFetch(app) }
 * ```
 */
export function toFetch(
  entry: Entry,
  options: ToFetchOptions = {},
): (request: Request, ...platform: unknown[]) => Promise<Response> {
  const report = options.report ?? ((error: unknown) => console.error(error))
  let starting: Promise<Started> | undefined

  return async function fetch(given, ...platform) {
    const url = new URL(given.url)
    const request = normalRequest(given, url)
    const facts = platformFacts(given, url, platform, options.env ?? {})
    const exchange = new Exchange(facts, { report, waitUntil: facts.waitUntil })
    if (given.signal.aborted) exchange.abort(given.signal.reason)
    else given.signal.addEventListener('abort', () => exchange.abort(given.signal.reason), { once: true })
    const response = await callApp(
      async (request, context) => (await started(facts)).app(request, context),
      request,
      exchange,
    )
    if (!exchange.aborted) return endWithBody(response, exchange, request.method)
    await exchange.leave(given.signal.reason, response.body, null)
    return errorResponse(500, 'The client has left') // which nobody gets
  }

  function started(facts: PlatformFacts): Promise<Started> {
    starting ??= startEntry(entry, { env: facts.env, report }).catch((error: unknown) => {
      starting = undefined
      throw error
    })
    return starting
  }
}
