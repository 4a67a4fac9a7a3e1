import { bodyOf, reply } from '../reply.ts'
import { HOP_BY_HOP } from '../hop-by-hop.ts'
import { framedBody } from './framed-body.ts'
import type { Exchange } from './exchange.ts'

/**
 * The response to give to a platform's own server, or to a client in the same process, framed as the specification says
 * (S22–S25), so that the exchange ends when its body does: read to the end, cancelled, or failed (S13, S14). One whose bytes
 * are known ends at once. `method` is the request's.
 */
export function endWithBody(response: Response, exchange: Exchange, method: string): Response {
  const { status, statusText } = response
  const headers = endToEnd(response, exchange)
  const bytes = bodyOf(response)
  const known = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
  const declared = headers.get('content-length')
  // What the app has coded is not to be coded again, as workerd does; what came from fetch was decoded on the way.
  const encodeBody = response.url === '' ? 'manual' : 'automatic'
  const init = headers.has('content-encoding')
    ? { status, statusText, headers, encodeBody }
    : { status, statusText, headers }

  if (method === 'HEAD' || status === 204 || status === 205 || status === 304) {
    if (status === 204) headers.delete('content-length')
    else if (status === 205) headers.set('content-length', '0')
    else if (known && declared === null) headers.set('content-length', String(known.byteLength))
    if (bytes === undefined) void response.body?.cancel().catch((error: unknown) => exchange.fail(error))
    void exchange.end(status)
    return new Response(null, { status, statusText, headers })
  }
  if (known !== undefined) {
    const length = known?.byteLength ?? 0
    if (declared === null || Number(declared) === length) {
      headers.set('content-length', String(length))
      void exchange.end(status)
      // Bytes, not the string: workerd would encode a lone surrogate as no UTF-8, and a string without a type is given one.
      return reply(known, init)
    }
  }
  const limit = declared === null ? Infinity : Number(declared)
  const body = framedBody(response.body ?? new Response('').body!, limit, exchange, status)
  return new Response(body, init)
}

/** The fields without those that belong to the server (SPEC S22). */
function endToEnd(response: Response, exchange: Exchange): Headers {
  const headers = new Headers(response.headers)
  for (const name of HOP_BY_HOP) {
    if (!headers.has(name)) continue
    headers.delete(name)
    if (response.url !== '') continue // from fetch: it came by them, and nobody has set them
    exchange.report(new Error(`[fsgi S22] the field '${name}' belongs to the server and was dropped: do not set it`))
  }
  return headers
}
