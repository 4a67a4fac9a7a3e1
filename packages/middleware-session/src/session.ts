import { reply } from '@fsgi/core'
import { sessionsOf } from './sessions.ts'
import { setUp } from './session-setup.ts'
import { SessionStoreError } from './store-client.ts'
import { Visit } from './visit.ts'
import type { Addable, App, Context, Middleware } from '@fsgi/core'
import type { OutputOf, StandardSchema } from './standard-schema.ts'
import type { SessionHandle } from './session-handle.ts'
import type { SessionOptions } from './options.ts'
import type { Sessions } from './sessions.ts'
import type { MemoryStore } from './memory-store.ts'
import type { SessionStore } from './store.ts'

/** What `session()` returns: the middleware, and its sessions for use outside of a request. */
export interface SessionMiddleware<T extends object, As extends string, Store extends SessionStore> extends Middleware<
  Record<As, SessionHandle<T>>
> {
  readonly sessions: Sessions<T, Store>
}

/**
 * Gives the app below typed sessions: `context.session.open()`. Nothing is read before that, and nothing is stored or set
 * before something is written. What a request writes is in the store before its response is returned, and no update is
 * lost, however many requests write to one session at once.
 *
 * ```ts
 * const app = stack(session({ schema: z.object({ visits: z.number().default(0) }) }))(async (request, context) => {
 *   const session = await context.session.open()
 *   session.update((data) => { data.visits++ })
 *   return new Response(`Visit ${session.data.visits}`)
 * })
 * ```
 * @throws {TypeError} for an option that is wrong.
 */
export function session<
  S extends StandardSchema<unknown, object>,
  const As extends string = 'session',
  Store extends SessionStore = MemoryStore,
>(options: SessionOptions<S, As, Store>): SessionMiddleware<OutputOf<S>, As, Store> {
  const setup = setUp<OutputOf<S>>(options)

  function middleware<C extends Context>(app: App<C & Record<As, SessionHandle<OutputOf<S>>>>): App<C> {
    return async function withSession(request, context) {
      const visit = new Visit(setup, request, context)
      const added = { [setup.as]: visit.handle } as Record<As, SessionHandle<OutputOf<S>>>
      const derived = context.with<typeof added>(added as typeof added & Addable<typeof added>)
      let response: Response | undefined
      try {
        response = await app(request, derived)
        return await visit.finish(response)
      } catch (error) {
        if (response === undefined) await visit.abandon()
        else await response.body?.cancel(error).catch(context.report)
        if (!(error instanceof SessionStoreError)) throw error
        context.report(error)
        return unavailable()
      }
    }
  }

  return Object.assign(middleware, { sessions: sessionsOf(setup) as Sessions<OutputOf<S>, Store> })
}

/** RFC 9110 §15.6.4, §10.2.3. Not cached, and no cookie: the session is there again when the store is. */
function unavailable(): Response {
  const headers = { 'retry-after': '1', 'cache-control': 'no-store', vary: 'Cookie' }
  return reply('Service Unavailable\n', { status: 503, headers })
}
