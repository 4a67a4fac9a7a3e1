import { types } from 'node:util'
import { WRITE_BYTES, giveWriteBuffer, takeWriteBuffer } from './write-buffers.ts'
import { flushHead } from './flush-head.ts'
import { expectProgress, progressMade } from './expect-progress.ts'
import type { Delivery } from './delivery.ts'

/** Chunks below this size are joined, as far as they are at hand in the same turn: a write costs more than to copy them. */
const SMALL_BYTES = 8 * 1024

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
  let buffer: Uint8Array<ArrayBuffer> | undefined // the small chunks that are to be written
  let filled = 0
  delivery.cancel = cancel
  response.on('drain', () => wake?.())
  setImmediate(() => {
    if (!begun && !exchange.ended) flushHead(delivery)
  })
  void pump().catch((error: unknown) => {
    flush()
    delivery.fail(error)
  })

  function cancel(reason: unknown): void {
    reader.cancel(reason).catch((error: unknown) => exchange.fail(error))
    wake?.()
  }

  async function pump(): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read()
      if (exchange.ended) return // abandoned meanwhile
      begun = true
      if (done) break
      write(value)
      if (response.writableNeedDrain) await taken()
      if (exchange.ended) return
    }
    if (length !== undefined && sent < length) throw wrongLength(`ended after ${sent} bytes but`)
    flush()
    delivery.finish()
  }

  /** Resolves when the client has taken what was written. */
  async function taken(): Promise<void> {
    expectProgress(response, inFlight.sendTimeout, () => delivery.stalled())
    await new Promise<void>((resolve) => (wake = resolve))
    progressMade(response)
  }

  function write(chunk: unknown): void {
    if (!types.isUint8Array(chunk))
      throw new TypeError(`[fsgi S27] a chunk of the body is ${typeof chunk}, not a Uint8Array`)
    sent += chunk.byteLength
    if (length !== undefined && sent > length) throw wrongLength('has more bytes than')
    if (chunk.byteLength === 0) return
    if (chunk.byteLength >= SMALL_BYTES) {
      flush()
      response.write(chunk)
      return
    }
    if (filled + chunk.byteLength > WRITE_BYTES) flush()
    if (buffer === undefined) {
      buffer = takeWriteBuffer()
      process.nextTick(flush) // when nothing more is at hand
    }
    buffer.set(chunk, filled)
    filled += chunk.byteLength
  }

  function flush(): void {
    if (buffer === undefined) return
    const full = buffer
    const bytes = full.subarray(0, filled)
    buffer = undefined
    filled = 0
    if (exchange.ended) giveWriteBuffer(full)
    else response.write(bytes, () => giveWriteBuffer(full))
  }

  function wrongLength(what: string): TypeError {
    return new TypeError(`[fsgi S23] the body ${what} content-length says: ${length}`)
  }
}
