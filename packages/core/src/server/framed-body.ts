import type { Exchange } from './exchange.ts'

/**
 * A body as it comes, of `limit` bytes and no more, which ends the exchange when it ends. One that is longer or shorter, or
 * has a chunk that is no bytes, fails visibly (SPEC S23, S27); one that is cancelled is a client that leaves (S13).
 */
export function framedBody(
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
          if (exchange.ended || exchange.aborted) return // cancelled meanwhile, which ends a read under way
          if (done) {
            if (limit !== Infinity && sent < limit) throw wrongLength(String(sent), limit)
            void exchange.end(status)
            controller.close()
            return
          }
          if (!(value instanceof Uint8Array)) {
            throw new TypeError(`[fsgi S27] a body consists of Uint8Array chunks, but this one has a ${typeof value}`)
          }
          sent += value.byteLength
          if (sent > limit) throw wrongLength(`more than ${limit}`, limit)
          controller.enqueue(value as Uint8Array<ArrayBuffer>)
        } catch (error) {
          exchange.fail(error)
          exchange.abort(error)
          controller.error(error)
          await reader.cancel(error).catch(() => {})
          void exchange.end(status)
        }
      },
      cancel: (reason) => exchange.leave(reason, reader, status),
    },
    { highWaterMark: 0 },
  )
}

function wrongLength(bytes: string, declared: number): Error {
  return new Error(`[fsgi S23] the body is ${bytes} bytes but content-length says ${declared}`)
}
