import type { IncomingMessage } from 'node:http'

/** How much is read before somebody asks for it, once somebody has: a reader that keeps up is not stopped between two chunks. */
const AHEAD_BYTES = 64 * 1024

/**
 * The body of a node:http message as a byte stream's source. It flows from the first read on, and stops while the reader has
 * not taken what came, so that the rest stays in the socket (SPEC S7).
 */
export class IncomingSource {
  readonly type = 'bytes' as const
  readonly #message: IncomingMessage
  #controller: ReadableByteStreamController | undefined
  #taker: Taker | undefined
  #begun = false
  #over = false
  #failed = false
  #reason: unknown
  #refusal: (() => unknown) | undefined

  constructor(message: IncomingMessage) {
    this.#message = message
  }

  start(controller: ReadableByteStreamController): void {
    this.#controller = controller
  }

  pull(): void {
    if (this.#refusal !== undefined) return this.#controller!.error(this.#refusal())
    if (this.#over) return
    this.wanted()
    if (!this.#begun) this.#begin()
    else if (this.#message.isPaused()) this.#message.resume()
  }

  /**
   * Gives all of the body to `chunk` instead of the stream, which nobody may have read, and costs a third. Rejects with what the
   * stream would fail with.
   */
  take(chunk: (bytes: Uint8Array) => void): Promise<void> {
    return new Promise((end, fail) => {
      this.#taker = { chunk, end, fail }
      if (this.#refusal !== undefined) return fail(this.#refusal())
      this.wanted()
      if (this.#failed) fail(this.#reason)
      else this.#begin()
    })
  }

  cancel(): void {
    this.#over = true
  }

  /** Makes pending and later reads reject with `reason`. */
  fail(reason: unknown): void {
    if (this.#over) return
    this.#over = true
    this.#failed = true
    this.#reason = reason
    this.#controller?.error(reason)
    this.#taker?.fail(reason)
  }

  /** As `fail`, but where nobody has begun to read, which is usual, there is no error before somebody does: its stack is dear. */
  refuse(reason: () => unknown): void {
    if (this.#over) return
    if (this.#begun) return this.fail(reason())
    this.#over = true
    this.#refusal = reason
  }

  /** Whether the reader has seen the end, an error, or has cancelled. */
  get over(): boolean {
    return this.#over
  }

  /** Called when the connection broke before the end; must call `fail`. */
  protected truncated(): void {
    this.fail(new Error('the connection closed before the end of the body'))
  }

  /** Called before the first bytes are read, and before others. */
  protected wanted(): void {}

  /** Called for each chunk before it is passed on; `false` stops. */
  protected accepts(_chunk: Uint8Array): boolean {
    return true
  }

  #begin(): void {
    this.#begun = true
    this.#message.on('data', (chunk: Buffer) => this.#give(chunk))
    this.#message.on('end', () => this.#end())
    this.#message.on('error', () => {}) // 'close' follows
    this.#message.on('close', () => this.#closed())
    if (this.#message.readableEnded) this.#end()
    else if (this.#message.destroyed) this.#closed()
  }

  #give(chunk: Buffer): void {
    if (this.#over) return
    if (!this.accepts(chunk)) return
    if (this.#taker !== undefined) return this.#taker.chunk(chunk)
    // A byte stream takes the whole ArrayBuffer of a chunk away, so it must not be shared.
    const alone = chunk.byteLength === chunk.buffer.byteLength
    this.#controller!.enqueue(alone ? new Uint8Array(chunk.buffer as ArrayBuffer) : new Uint8Array(chunk))
    if (this.#controller!.desiredSize! <= -AHEAD_BYTES) this.#message.pause()
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#controller!.close()
    this.#controller!.byobRequest?.respond(0)
    this.#taker?.end()
  }

  #closed(): void {
    if (!this.#over && !this.#message.readableEnded) this.truncated()
  }
}

interface Taker {
  chunk(bytes: Uint8Array): void
  end(): void
  fail(reason: unknown): void
}
