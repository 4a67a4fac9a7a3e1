import { HOP_BY_HOP } from './hop-by-hop.ts'
import { reply } from './reply.ts'
import type { KnownBody } from './reply.ts'

/**
 * A response with the same status and fields, mutable, around another body. One that came from `fetch` loses the fields of
 * the connection it came by (RFC 9110 §7.6.1); for any other they stay, and are the fault of whoever has set them.
 */
export function rebuilt(response: Response, body: KnownBody | ReadableStream<Uint8Array<ArrayBuffer>>): Response {
  const copy = body instanceof ReadableStream ? new Response(body, response) : reply(body, response)
  if (!response.headers.has('content-type')) copy.headers.delete('content-type') // somebody has taken it away
  if (response.url !== '') for (const name of HOP_BY_HOP) copy.headers.delete(name)
  return copy
}
