import { reply } from '@fsgi/core'
import { errorResponse } from '@fsgi/core/server'
import type { App } from '@fsgi/core'
import type { CodeState, ExchangeEvents } from './exchange-events.ts'
import type { Exchanges } from './exchanges.ts'
import type { Findings } from './findings.ts'

export interface InspectorApiFacts {
  readonly exchanges: Exchanges
  readonly events: ExchangeEvents
  readonly findings: Findings
  code(): CodeState
  /** Sends the request of an exchange again; the id of the new one. @throws {Error} that says why it cannot. */
  replay(id: number): number
}

const API = '/__fsgi/api/'
const MOST_ASKED = 1000 // bytes of a request's body

/**
 * What the inspector's page asks, below `/__fsgi/api/`, as JSON. Whether the request may ask has been checked.
 *
 * | Request | Answer |
 * | --- | --- |
 * | `GET exchanges` | `{ version, kept, dropped, exchanges: Summary[] }`, oldest first |
 * | `DELETE exchanges` | 204; all but the pinned ones are forgotten |
 * | `GET exchanges/{id}` | `Recorded` |
 * | `POST exchanges/{id}/replay` | `{ id }` of the new exchange; 409 and why, where the request cannot be sent again |
 * | `POST exchanges/{id}/pin`, `{ pinned }` | 204 |
 * | `GET findings` | `CountedFinding[]` |
 * | `GET events` | an event stream: `exchange` (`Summary`), `cleared`, `code` (`CodeState`), `findings` |
 */
export function inspectorApi(facts: InspectorApiFacts): App {
  const { exchanges, events, findings } = facts

  return function inspectorApi(request) {
    const { pathname } = new URL(request.url)
    const [place, id, act, ...more] = pathname.startsWith(API) ? pathname.slice(API.length).split('/') : []
    if (id === undefined) {
      if (place === 'findings') return only('GET', request, () => json(findings.list()))
      if (place === 'events') return only('GET', request, () => events.open())
      if (place === 'exchanges' && request.method === 'DELETE') return clear()
      if (place === 'exchanges') return only('GET, DELETE', request, list)
    } else if (place === 'exchanges' && /^[1-9]\d{0,14}$/.test(id) && more.length === 0) {
      if (act === undefined) return only('GET', request, () => one(Number(id)))
      if (act === 'replay') return only('POST', request, () => replay(Number(id)))
      if (act === 'pin') return only('POST', request, () => pin(Number(id), request))
    }
    return errorResponse(404, 'The inspector has no such address.')
  }

  function list(): Response {
    return json({ version: facts.code().version, ...exchanges.list() })
  }

  function clear(): Response {
    exchanges.clear()
    return new Response(null, { status: 204 })
  }

  function one(id: number): Response {
    const found = exchanges.get(id)
    return found === undefined ? gone() : json(found)
  }

  function replay(id: number): Response {
    if (exchanges.kept(id) === undefined) return gone()
    try {
      return json({ id: facts.replay(id) })
    } catch (error) {
      return errorResponse(409, (error as Error).message)
    }
  }

  async function pin(id: number, request: Request): Promise<Response> {
    const pinned = await pinnedIn(request)
    if (pinned === undefined) return errorResponse(400, 'Expected { "pinned": true } or { "pinned": false }.')
    return exchanges.pin(id, pinned) ? new Response(null, { status: 204 }) : gone()
  }
}

function only(
  methods: string,
  request: Request,
  answer: () => Response | Promise<Response>,
): Response | Promise<Response> {
  const { method } = request
  const allowed = methods.split(', ').includes(method === 'HEAD' ? 'GET' : method)
  return allowed ? answer() : errorResponse(405, `Only ${methods} is understood here.`, { allow: methods })
}

async function pinnedIn(request: Request): Promise<boolean | undefined> {
  if (Number(request.headers.get('content-length') ?? Infinity) > MOST_ASKED) return undefined
  try {
    const { pinned } = (await request.json()) as { pinned?: unknown }
    return typeof pinned === 'boolean' ? pinned : undefined
  } catch {
    return undefined
  }
}

function json(value: unknown): Response {
  return reply.json(value, { headers: { 'cache-control': 'no-store' } })
}

function gone(): Response {
  return errorResponse(404, 'There is no such exchange, or it is no longer kept.')
}
