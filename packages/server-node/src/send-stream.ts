import { types } from 'node:util'
import { expectProgress, progressMade } from './expect-progress.ts'
import type { Delivery } from './delivery.ts'

/**
 * Sends a body as fast as the client takes it (SPEC S21). The head goes out with the first chunk if that is at hand, else at
 * once (SPEC S20). More or fewer bytes than declared break the connection off (SPEC S23).
 */
export function sendStream(delivery: Delivery, body: ReadableStream<Uint8Array>, length: number | undefined): void {
  const { response, exchange, inFlight } = delivery
  delivery.watch()
  delivery.closeDelimited = length === undefined && response.req.httpVersionMinor === 0
  const reader = body.getReader()
  let wake: (() => void) | undefined
  let sent = 0
  let begun = false
  delivery.cancel = (reason) => {
    reader.cancel(reason).catch((error: unknown) => exchange.fail(error))
    wake?.()
  }
  response.on('drain', () => wake?.())
  setImmediate(() => {
    if (!begun && !exchange.ended) response.flushHeaders()
  })
  void pump().catch((error: unknown) => delivery.fail(error))

  async function pump(): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read()
      if (exchange.ended) return // abandoned meanwhile
      begun = true
      if (done) break
      if (!write(value)) await taken()
      if (exchange.ended) return
    }
    if (length !== undefined && sent < length) throw wrongLength(`${sent}`)
    delivery.finish()
  }

  /** Resolves when the client has taken what was written. */
  async function taken(): Promise<void> {
    expectProgress(response, inFlight.sendTimeout, () => delivery.stalled())
    await new Promise<void>((resolve) => (wake = resolve))
    progressMade(response)
  }

  function write(chunk: unknown): boolean {
    if (!types.isUint8Array(chunk))
      throw new TypeError(`[fsgi S27] a chunk of the body is ${typeof chunk}, not a Uint8Array`)
    sent += chunk.byteLength
    if (length !== undefined && sent > length) throw wrongLength('longer')
    return chunk.byteLength === 0 || response.write(chunk)
  }

  function wrongLength(size: string): TypeError {
    const what = size === 'longer' ? 'has more bytes than' : `ended after ${size} bytes but`
    return new TypeError(`[fsgi S23] the body ${what} content-length says: ${length}`)
  }
}
