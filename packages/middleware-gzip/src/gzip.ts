import { bodyOf, editHeaders, reply } from '@fsgi/core'
import { codecs } from './codec.ts'
import { suffix, weaken } from './etag.ts'
import { negotiate } from './negotiate.ts'
import { gzipSettings } from './options.ts'
import { flushesEachChunk, treatment } from './treatment.ts'
import { varyOnAcceptEncoding } from './vary.ts'
import type { Middleware } from '@fsgi/core'
import type { Coding } from './coding.ts'
import type { GzipOptions } from './options.ts'

/**
 * Compresses responses with the coding that the client prefers, where that is right and worth it (RFC 9110 §8.4). Content
 * whose bytes are known is coded in one go, a stream chunk by chunk as it is read.
 *
 * ```ts
 * export default stack(gzip(), session({ … }))(app)
 * ```
 * @throws {TypeError} for an option that is not as documented.
 */
export function gzip(options: GzipOptions = {}): Middleware {
  const settings = gzipSettings(options)
  const available = codecs(settings)
  const offered = [...available.keys()]
  const canFlush = [...available.values()].every((codec) => codec.canFlush)
  const etags = settings.etag === 'suffix' ? suffix : weaken

  return (app) =>
    async function gzipped(request, context) {
      const coding = negotiate(request.headers.get('accept-encoding'), offered)
      return answer(request, await app(etags.below(request, coding), context), coding)
    }

  function answer(request: Request, response: Response, coding: Coding | 'identity'): Response | Promise<Response> {
    const body = bodyOf(response)
    const fate = treatment(request, response, body, settings, canFlush)
    if (fate === 'leave') return response
    if (fate === 'vary' || coding === 'identity') return varied(request, response, coding)
    const codec = available.get(coding)!
    if (body === undefined) {
      const flushed = flushesEachChunk(request, response, settings)
      const head = codedHead(response, coding)
      return new Response(codec.encodeStream(head.body!, flushed), head)
    }
    if (body === null) return codedHead(response, coding) // HEAD: what is known of the answer to a GET (RFC 9110 §9.3.2)
    const bytes = typeof body === 'string' ? encoder.encode(body) : body
    const finish = (coded: Uint8Array<ArrayBuffer>): Response => {
      if (coded.byteLength >= bytes.byteLength) return varied(request, response, coding)
      const head = codedHead(response, coding)
      head.headers.set('content-length', String(coded.byteLength))
      return reply(coded, head)
    }
    const coded = codec.encode(bytes)
    return coded instanceof Promise ? coded.then(finish) : finish(coded)
  }

  /** The response as it is, with what caches need to know. */
  function varied(request: Request, response: Response, coding: Coding | 'identity'): Response {
    return editHeaders(response, (headers) => {
      varyOnAcceptEncoding(headers)
      if (response.status === 304) etags.notModified(headers, request, coding)
    })
  }

  /** The head for coded content. What was said about the bytes before is no longer so (SPEC M10). */
  function codedHead(response: Response, coding: Coding): Response {
    return editHeaders(response, (headers) => {
      headers.set('content-encoding', coding)
      varyOnAcceptEncoding(headers)
      etags.coded(headers, coding)
      for (const name of OF_THE_UNCODED) headers.delete(name)
    })
  }
}

/** Ranges of a coding made on the fly cannot be asked for; the digests cover the representation as coded (RFC 9530 §3). */
const OF_THE_UNCODED = ['content-length', 'accept-ranges', 'repr-digest', 'digest'] as const

const encoder = new TextEncoder()
