import { bodyOf } from '../reply.ts'
import { HOP_BY_HOP } from '../hop-by-hop.ts'
import type { Exchange } from '../server/exchange.ts'

/** The response as it comes out at the client's end, framed by a server (SPEC S22–S27). */
export function deliver(response: Response, exchange: Exchange, method: string): Response {
  const { status, statusText } = response
  const headers = endToEnd(response, exchange)
  const bytes = bodyOf(response)
  const known = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes

  if (method === 'HEAD' || status === 204 || status === 205 || status === 304) {
    if (status === 204) headers.delete('content-length')
    else if (status === 205) headers.set('content-length', '0')
    else if (known && !headers.has('content-length')) headers.set('content-length', String(known.byteLength))
    if (bytes === undefined) void response.body?.cancel().catch((error: unknown) => exchange.fail(error))
    void exchange.end(status)
    return new Response(null, { status, statusText, headers })
  }
  const declared = headers.get('content-length')
  if (known !== undefined) {
    const length = known?.byteLength ?? 0
    if (declared === null || Number(declared) === length) {
      headers.set('content-length', String(length))
      void exchange.end(status)
      return new Response(known, { status, statusText, headers })
    }
  }
  const source = response.body ?? new Response('').body!
  const limit = declared === null ? Infinity : Number(declared)
  return new Response(framed(source, limit, exchange, status), { status, statusText, headers })
}

/** Passes on `limit` bytes and no more; a body that is longer or shorter, or not of bytes, fails visibly (SPEC S23, S27). */
function framed(
  source: ReadableStream<unknown>,
  limit: number,
  exchange: Exchange,
  status: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader()
  let sent = 0
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (exchange.aborted) return // cancelled meanwhile, which ends a read under way
          if (done) {
            if (limit !== Infinity && sent < limit) throw wrongLength(sent, limit)
            controller.close()
            void exchange.end(status)
            return
          }
          if (!(value instanceof Uint8Array)) {
            throw new TypeError(`[fsgi S27] a body consists of Uint8Array chunks, but this one has a ${typeof value}`)
          }
          sent += value.byteLength
          if (sent > limit) throw wrongLength(sent, limit)
          controller.enqueue(value as Uint8Array<ArrayBuffer>)
        } catch (error) {
          exchange.fail(error)
          exchange.abort(error)
          controller.error(error)
          await reader.cancel(error).catch(() => {})
          void exchange.end(status)
        }
      },
      async cancel(reason) {
        exchange.abort(reason)
        await reader.cancel(reason).catch((error: unknown) => exchange.fail(error))
        await exchange.end(status)
      },
    },
    { highWaterMark: 0 },
  )
}

function wrongLength(sent: number, declared: number): Error {
  const bytes = sent > declared ? `more than ${declared}` : String(sent)
  return new Error(`[fsgi S23] the body is ${bytes} bytes but content-length says ${declared}`)
}

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
