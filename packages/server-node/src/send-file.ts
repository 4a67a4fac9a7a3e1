import { setImmediate as turnOfOthers } from 'node:timers/promises'
import { expectProgress, progressMade } from './expect-progress.ts'
import type { Delivery } from './delivery.ts'
import type { FileBody } from '@fsgi/core'

/** One buffer for each response that is being sent: what 200 slow clients of large files hold is 50 MiB. */
const BUFFER_BYTES = 256 * 1024

/**
 * Sends a body from its file, past its stream (SPEC S31): a buffer is filled, goes to the kernel, and is filled again. A file
 * that has become shorter breaks the connection off (SPEC S23).
 */
export function sendFile(delivery: Delivery, file: FileBody, stream: ReadableStream): void {
  const { response, exchange, inFlight } = delivery
  delivery.watch()
  let wake: (() => void) | undefined
  delivery.cancel = cancel
  void send().catch((error: unknown) => delivery.fail(error))

  function cancel(reason: unknown): void {
    leave(reason)
    wake?.()
  }

  async function send(): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(Math.min(file.size, BUFFER_BYTES))
    let sent = 0
    for (;;) {
      const read = await file.read(buffer.subarray(0, Math.min(buffer.length, file.size - sent)), sent)
      if (exchange.ended) return // abandoned meanwhile
      if (read === 0)
        throw new TypeError(`[fsgi S23] the body ended after ${sent} bytes but content-length says: ${file.size}`)
      sent += read
      const bytes = buffer.subarray(0, read)
      if (sent === file.size) {
        delivery.finish(bytes)
        return leave()
      }
      await taken(bytes)
      if (exchange.ended) return
      await turnOfOthers()
      if (exchange.ended) return
    }
  }

  /** Resolves when the kernel has the bytes. */
  async function taken(bytes: Uint8Array): Promise<void> {
    expectProgress(response, inFlight.sendTimeout, () => delivery.stalled())
    await new Promise<void>((resolve) => {
      wake = resolve
      response.write(bytes, () => resolve())
    })
    progressMade(response)
  }

  /** The stream was not needed. */
  function leave(reason?: unknown): void {
    stream.cancel(reason).catch((error: unknown) => exchange.fail(error))
  }
}
