import type { App } from './app.ts'
import type { Context } from './context.ts'

/**
 * An app from a fetch handler that expects something other than the context after the request: a Workers `env, ctx`, a load
 * context. `args` makes what follows the request.
 *
 * ```ts
 * const app = fromFetch(worker.fetch, (context) => [context.env, { waitUntil: context.waitUntil, passThroughOnException() {} }])
 * ```
 */
export function fromFetch<C extends Context = Context, Args extends readonly unknown[] = []>(
  handler: (request: Request, ...args: Args) => Response | Promise<Response>,
  args: (context: C, request: Request) => readonly [...Args],
): App<C> {
  return (request, context) => handler(request, ...args(context, request))
}
