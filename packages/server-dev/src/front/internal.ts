import { timingSafeEqual } from 'node:crypto'
import { editHeaders } from '@fsgi/core'
import { errorResponse } from '@fsgi/core/server'
import { fromSameMachine } from './same-machine.ts'
import type { App, Context } from '@fsgi/core'

/** What answers below `/__fsgi/`. Each may rely on the checks that were made. */
export interface InternalParts {
  /** `changes`: the event stream by which pages learn of new code. Nothing in it is secret. */
  readonly changes: App
  /** `live.js`. */
  readonly live: App
  /** The inspector's page, and its files below `ui/` and `lib/`; undefined if there is no inspector. */
  readonly inspectorPages: App | undefined
  /** All below `api/` but the next two. */
  readonly inspectorApi: App | undefined
  /** `api/open`: opens a file in the editor. */
  readonly open: App
  /** `api/last`: goes back to the last working version. */
  readonly last: App
}

/**
 * The development server's own addresses, below `/__fsgi/`. They are for its own pages and the person at this machine: a
 * request that another site's page makes is refused, and what shows or does more than a bystander may see wants the token.
 *
 * @param token the secret that only the inspector's page and error pages know; another one for each start.
 */
export function internal(token: string, parts: InternalParts): App {
  return async function internalPages(request, context) {
    const url = new URL(request.url)
    return guarded(await answer(request, context, url))
  }

  function answer(request: Request, context: Context, url: URL): Response | Promise<Response> {
    const route = routeOf(url.pathname, parts)
    if (isForeign(request, url) && !(route?.for === 'person' && isNavigation(request))) {
      return errorResponse(403, 'This address is for pages of the development server only.')
    }
    if (url.pathname === '/__fsgi')
      return new Response(null, { status: 307, headers: { location: `/__fsgi/${url.search}` } })
    if (route === undefined) return notFound()
    if (!route.methods.includes(request.method)) {
      const allow = route.methods.join(', ')
      return errorResponse(405, `Only ${allow} is understood here.`, { allow })
    }
    if (!mayUse(route, request, context, url)) return errorResponse(403, WANTED[route.for]!)
    return route.app === undefined ? notFound() : route.app(request, context)
  }

  function mayUse(route: Route, request: Request, context: Context, url: URL): boolean {
    const inUrl = (): boolean => same(url.searchParams.get('token'), token)
    if (route.for === 'anybody') return true
    if (route.for === 'person') return fromSameMachine(request, context) || inUrl()
    return same(request.headers.get('x-fsgi-token'), token) || (route.for === 'stream' && inUrl())
  }
}

function notFound(): Response {
  return errorResponse(404, 'There is no such page of the development server.')
}

interface Route {
  readonly app: App | undefined
  readonly methods: readonly string[]
  /**
   * Who may have it, of those that no other site has sent: `anybody`; a `person` at this machine, or with the token in the
   * URL that the terminal has printed; a `script` with the token in a field; or a `stream`, which can only put it into the URL.
   */
  readonly for: 'anybody' | 'person' | 'script' | 'stream'
}

const WANTED: Readonly<Record<string, string>> = {
  person: 'From another machine the inspector opens with the address that the terminal has printed.',
  script: 'This address wants the token of this run in the field x-fsgi-token.',
  stream: 'This address wants the token of this run, as ?token=.',
}

const READ = ['GET', 'HEAD']

/** By the pathname as it is spelled: our own pages have no other spelling for it. */
function routeOf(pathname: string, parts: InternalParts): Route | undefined {
  const path = pathname.slice('/__fsgi/'.length)
  if (path === '') return { app: parts.inspectorPages, methods: READ, for: 'person' }
  if (/^(?:ui|lib)\//.test(path)) return { app: parts.inspectorPages, methods: READ, for: 'anybody' }
  if (path === 'live.js') return { app: parts.live, methods: READ, for: 'anybody' }
  if (path === 'changes') return { app: parts.changes, methods: ['GET'], for: 'anybody' }
  if (path === 'api/open') return { app: parts.open, methods: ['POST'], for: 'script' }
  if (path === 'api/last') return { app: parts.last, methods: ['POST'], for: 'script' }
  if (path === 'api/events') return { app: parts.inspectorApi, methods: ['GET'], for: 'stream' }
  if (path.startsWith('api/')) return { app: parts.inspectorApi, methods: [...READ, 'POST', 'DELETE'], for: 'script' }
  return undefined
}

/** Browsers say where a request comes from; `Origin: null` is as foreign as any other origin. */
function isForeign({ headers }: Request, { origin }: URL): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') return true
  return headers.has('origin') && headers.get('origin') !== origin
}

/** A link that is followed shows its page to the person alone; in a frame it would be part of the other site's page. */
function isNavigation({ method, headers }: Request): boolean {
  const fetched = (name: string): string | null => headers.get(`sec-fetch-${name}`)
  return method === 'GET' && !headers.has('origin') && fetched('mode') === 'navigate' && fetched('dest') === 'document'
}

/**
 * No CORS field is ever sent. `Cross-Origin-Resource-Policy` refuses what the checks cannot see: scripts and images of a page
 * elsewhere, in a browser that sends no Sec-Fetch fields. That pages do not name their address elsewhere keeps a token in it.
 */
function guarded(response: Response): Response {
  return editHeaders(response, (headers) => {
    headers.set('cross-origin-resource-policy', 'same-origin')
    headers.set('cross-origin-opener-policy', 'same-origin')
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'no-referrer')
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  })
}

function same(given: string | null, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
