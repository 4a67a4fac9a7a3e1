import type { ClientRequest } from 'node:http'

/**
 * Sends a request's body to the back when the back asks for it (`100 Continue`), as fast as the back takes it. So the client is
 * asked for its body, and the body read, only when the app at the back reads it (SPEC S7). What is returned begins
 * without being asked: for when the back's response has begun, after which it cannot ask any more.
 */
export function sendBody(body: ReadableStream<Uint8Array>, outgoing: ClientRequest): () => void {
  const reader = body.getReader()
  let begun = false
  let over = false
  let wake: (() => void) | undefined
  outgoing.flushHeaders()
  outgoing.on('continue', begin)
  outgoing.on('drain', () => wake?.())
  outgoing.on('close', () => {
    over = true
    wake?.()
    reader.cancel().catch(() => {}) // what is left is for the server in front to take care of
  })

  return begin

  function begin(): void {
    if (!begun) void pump().catch((error: Error) => outgoing.destroy(error))
    begun = true
  }

  async function pump(): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read()
      if (over) return
      if (done) return void outgoing.end()
      if (!outgoing.write(value)) await new Promise<void>((resolve) => (wake = resolve))
    }
  }
}
