import { bodyOf } from '../reply.ts'
import type { Exchange } from './exchange.ts'

/**
 * The response to give to a platform's own server, so that the exchange ends when its body does: read to the end,
 * cancelled, or failed (SPEC S13, S14). A response whose bytes are known ends at once.
 */
export function endWithBody(response: Response, exchange: Exchange, head: boolean): Response {
  const { status, statusText, headers } = response
  if (head && response.body !== null) {
    // SPEC S24: the app answered HEAD as GET
    void response.body.cancel().catch(() => {})
    void exchange.end(status)
    return new Response(null, { status, statusText, headers })
  }
  if (bodyOf(response) !== undefined) {
    void exchange.end(status)
    return response
  }
  return new Response(watched(response.body!, exchange, status), { status, statusText, headers })
}

function watched(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  exchange: Exchange,
  status: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader()
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (exchange.aborted) return // cancelled meanwhile, which ends a read under way
          if (!done) return controller.enqueue(value)
          controller.close()
        } catch (error) {
          exchange.fail(error)
          exchange.abort(error)
          controller.error(error)
        }
        void exchange.end(status)
      },
      async cancel(reason) {
        exchange.abort(reason)
        await reader.cancel(reason).catch((error: unknown) => exchange.fail(error))
        void exchange.end(status)
      },
    },
    { highWaterMark: 0 },
  )
}
