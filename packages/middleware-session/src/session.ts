import { reply } from '@fsgi/core'
import { setUp } from './session-setup.ts'
import { SessionStoreError } from './store-client.ts'
import { Handle, Visit } from './visit.ts'
import type { Addable, App, Context, Middleware } from '@fsgi/core'
import type { OutputOf, StandardSchema } from './standard-schema.ts'
import type { SealedCookie, SealedSessionHandle } from './sealed-session.ts'
import type { SessionHandle } from './session-handle.ts'
import type { SessionOptions } from './options.ts'
import type { Sessions } from './sessions.ts'
import type { MemoryStore } from './memory-store.ts'
import type { SessionStore } from './store.ts'

/** What `session()` returns: the middleware, and its sessions for use outside of a request. */
export interface SessionMiddleware<
  T extends object,
  As extends string,
  Store extends SessionStore | SealedCookie,
> extends Middleware<Record<As, HandleOf<T, Store>>> {
  readonly sessions: Store extends SessionStore ? Sessions<T, Store> : {}
}

/** What the context gains: less where the session is in the cookie itself. */
export type HandleOf<T extends object, Store extends SessionStore | SealedCookie> = Store extends SessionStore
  ? SessionHandle<T>
  : SealedSessionHandle<T>

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
  Store extends SessionStore | SealedCookie = MemoryStore,
>(options: SessionOptions<S, As, Store>): SessionMiddleware<OutputOf<S>, As, Store> {
  type T = OutputOf<S>
  type Added = Record<As, HandleOf<T, Store>>
  const setup = setUp<T>(options)

  function session<C extends Context>(app: App<C & Added>): App<C> {
    return function withSession(request, context) {
      const visit = new Visit(setup, request, context)
      const added = { [setup.as]: new Handle(visit) as HandleOf<T, Store> } as Added
      const derived = context.with<Added>(added as Added & Addable<Added>)
      let answer: Response | Promise<Response>
      try {
        answer = app(request, derived)
      } catch (error) {
        answer = Promise.reject(error)
      }
      // An app that answers at once, without its session, goes on doing so: servers need not wait.
      return answer instanceof Response && !visit.isOpened ? visit.finish(answer) : settled(visit, answer)
    }
  }

  return Object.assign(session, { sessions: setup.sessions }) as SessionMiddleware<T, As, Store>
}

/** Waits for the app's response, and finishes the visit in either case. */
function settled<T extends object>(visit: Visit<T>, answer: Response | Promise<Response>): Promise<Response> {
  return Promise.resolve(answer).then(
    (response) => finished(visit, response),
    (error: unknown) => failed(visit, undefined, error),
  )
}

function finished<T extends object>(visit: Visit<T>, response: Response): Response | Promise<Response> {
  try {
    const finishing = visit.finish(response)
    if (!(finishing instanceof Promise)) return finishing
    return finishing.catch((error: unknown) => failed(visit, response, error))
  } catch (error) {
    return failed(visit, response, error)
  }
}

async function failed<T extends object>(visit: Visit<T>, response: Response | undefined, error: unknown) {
  if (response === undefined) await visit.abandon()
  else await response.body?.cancel(error).catch((why: unknown) => visit.report(why))
  if (!(error instanceof SessionStoreError)) throw error
  visit.report(error)
  return unavailable()
}

/** RFC 9110 §15.6.4, §10.2.3. Not cached, and no cookie: the session is there again when the store is. */
function unavailable(): Response {
  const headers = { 'retry-after': '1', 'cache-control': 'no-store', vary: 'Cookie' }
  return reply('Service Unavailable\n', { status: 503, headers })
}
