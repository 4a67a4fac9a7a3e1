import { STATUS_CODES } from 'node:http'
import { reply } from '@fsgi/core'
import { Exchange, callApp } from '@fsgi/core/server'
import { Delivery } from './delivery.ts'
import { IncomingRequest } from './incoming-request.ts'
import { NodeFacts } from './node-facts.ts'
import { endsOf } from './socket-address.ts'
import { RequestBody } from './request-body.ts'
import { isAuthority, placeOf, targetAuthority } from './request-url.ts'
import { requestHead } from './request-head.ts'
import type { App } from '@fsgi/core'
import type { Claims } from './claims.ts'
import type { InFlight } from './in-flight.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Place } from './request-url.ts'
import type { RequestHead } from './request-head.ts'

/** What the handling of a request needs to know of its server. */
export interface Site {
  readonly app: App
  readonly inFlight: InFlight
  readonly encrypted: boolean
  readonly env: Readonly<Record<string, unknown>>
  readonly maxBodyBytes: number
  /** What somebody trusted says about the exchange; a status refuses the request. */
  readonly claimsOf: ((request: IncomingMessage) => Claims | number | null) | undefined
}

/** One request from node:http: refused, or handed to the app and its answer sent. Stays synchronous where the app does. */
export function handleRequest(site: Site, incoming: IncomingMessage, outgoing: ServerResponse, waiting: boolean): void {
  const claims = site.claimsOf?.(incoming) ?? null
  if (typeof claims === 'number') return refuse(site, incoming, outgoing, null, claims)
  const head = requestHead(incoming.rawHeaders, claims?.hidden)
  // The parser drops what follows such a message in the same packet, and would take the next packet for a message's start.
  if (head.upgrade) outgoing.shouldKeepAlive = false
  const body = hasBody(head) ? bodyOf(site, incoming, outgoing, head, waiting) : null
  const place = check(site, incoming, head, claims)
  if (typeof place === 'number') return refuse(site, incoming, outgoing, body, place)
  const request = requestOf(incoming.method!, place.url, head, body)
  if (request === null) return refuse(site, incoming, outgoing, body, 400)

  const facts = new NodeFacts(incoming, outgoing, place.pathname, claims, site)
  const exchange = new Exchange(facts, site.inFlight)
  const delivery = new Delivery(exchange, incoming, outgoing, body, site.inFlight)
  if (body !== null) body.delivery = delivery
  const app = body !== null && body.mayOverrun ? within(site.app, body) : site.app
  const result = callApp(app, request, exchange)
  if (!(result instanceof Promise)) return answer(result)
  delivery.watch()
  void result.then(answer)

  function answer(response: Response): void {
    facts.returned = true
    delivery.send(response)
  }
}

/** Where the request goes, or the status to answer with instead of calling the app. */
function check(site: Site, incoming: IncomingMessage, head: RequestHead, claims: Claims | null): Place | number {
  const { method, httpVersionMajor, httpVersionMinor } = incoming
  const target = incoming.url!
  if (httpVersionMajor !== 1) return 505
  if (head.transferEncoding !== undefined) {
    if (httpVersionMinor === 0 || head.transferEncoding === '') return 400 // RFC 9112 §6.1
    if (head.transferEncoding.toLowerCase() !== 'chunked') return 501
  }
  // SPEC S2, RFC 9112 §3.2: one valid Host in HTTP/1.1, whatever the target says.
  if (head.hosts > 1) return 400
  if (head.host === undefined && httpVersionMinor !== 0 && !claims?.hostChecked) return 400
  const authority = claims?.authority ?? targetAuthority(target) ?? head.host ?? ownAuthority(incoming)
  if (head.host !== undefined && head.host !== authority && !isAuthority(head.host)) return 400
  // SPEC S4: what a Request cannot express. CONNECT does not get here.
  if (method === 'TRACE') return 501
  const scheme = claims?.scheme ?? (site.encrypted ? 'https' : 'http')
  if (method === 'OPTIONS' && target === '*') return placeOf('/', scheme, authority) === null ? 400 : 204
  const place = placeOf(target, scheme, authority)
  if (place === null) return 400
  return Number(head.contentLength ?? 0) > site.maxBodyBytes ? 413 : place
}

/** HTTP/1.0 knows no Host. */
function ownAuthority({ socket }: IncomingMessage): string {
  const { local } = endsOf(socket)
  if (local === null) return 'localhost'
  return `${local.family === 'IPv6' ? `[${local.address}]` : local.address}:${local.port}`
}

/** SPEC S6: a message has a body if it says how long it is, or that it comes in chunks (RFC 9112 §6.3). */
function hasBody({ contentLength, transferEncoding }: RequestHead): boolean {
  return transferEncoding !== undefined || (contentLength !== undefined && Number(contentLength) > 0)
}

function bodyOf(
  site: Site,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  head: RequestHead,
  waiting: boolean,
): RequestBody {
  const declared = head.contentLength === undefined ? undefined : Number(head.contentLength)
  return new RequestBody(incoming, outgoing, { declared, limit: site.maxBodyBytes, waiting })
}

/** `null` for an authority that the URL parser refuses, such as `1.2.3.999`. */
function requestOf(method: string, url: string, head: RequestHead, body: RequestBody | null): Request | null {
  let request: Request
  try {
    if (method === 'GET') request = new Request(url)
    else if (method === 'HEAD' || body === null) request = new Request(url, { method })
    else request = new IncomingRequest(url, method, body)
  } catch {
    return null
  }
  // Cheaper than to give them to the constructor, and it joins the lines of a cookie with '; '.
  const { headers } = request
  const { fields } = head
  for (let i = 0; i < fields.length; i += 2) headers.append(fields[i]!, fields[i + 1]!)
  // Content in GET means nothing (RFC 9110 §9.3.1) and is not passed on, nor then its length, which would be wrong (§8.6).
  if (body !== null && request.body === null) headers.delete('content-length')
  return request
}

/** The app for a request of unknown length: 413 where it fails because more came than the limit allows (SPEC S9). */
function within(app: App, body: RequestBody): App {
  return async (request, context) => {
    try {
      return await app(request, context)
    } catch (error) {
      if (body.overrun) return refusal(413)
      throw error
    }
  }
}

function refuse(
  site: Site,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  body: RequestBody | null,
  status: number,
): void {
  // After these nobody knows where the next request begins.
  if (status === 400 || status >= 500) outgoing.shouldKeepAlive = false
  const facts = new NodeFacts(incoming, outgoing, '/', null, site)
  new Delivery(new Exchange(facts, site.inFlight), incoming, outgoing, body, site.inFlight).send(refusal(status))
}

function refusal(status: number): Response {
  return reply(status === 204 ? null : `${STATUS_CODES[status]}\n`, { status })
}
