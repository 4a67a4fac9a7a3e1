import type { IncomingMessage } from 'node:http'

/**
 * The body of a node:http message as a byte stream's source. It flows only while somebody waits for bytes, so that what the
 * reader does not want stays in the socket (SPEC S7).
 */
export class IncomingSource {
  readonly type = 'bytes' as const
  readonly #message: IncomingMessage
  #controller: ReadableByteStreamController | undefined
  #wake: (() => void) | undefined
  #begun = false
  #over = false

  /** Told when the connection broke before the end; must call `fail`. */
  truncated: () => void = () => this.fail(new Error('the connection closed before the end of the body'))

  constructor(message: IncomingMessage) {
    this.#message = message
  }

  start(controller: ReadableByteStreamController): void {
    this.#controller = controller
  }

  pull(): Promise<void> | void {
    if (this.#over) return
    const waiting = new Promise<void>((resolve) => (this.#wake = resolve))
    if (this.#begun) this.#message.resume()
    else this.#begin()
    return waiting
  }

  cancel(): void {
    this.#over = true
  }

  /** Makes pending and later reads reject with `reason`. */
  fail(reason: unknown): void {
    if (this.#over) return
    this.#over = true
    this.#controller?.error(reason)
    this.#wake?.()
  }

  /** Whether the reader has seen the end, an error, or has cancelled. */
  get over(): boolean {
    return this.#over
  }

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
    this.#message.pause()
    if (!this.accepts(chunk)) return
    // A byte stream takes the whole ArrayBuffer of a chunk away, so it must not be shared.
    const alone = chunk.byteLength === chunk.buffer.byteLength
    this.#controller!.enqueue(alone ? new Uint8Array(chunk.buffer as ArrayBuffer) : new Uint8Array(chunk))
    this.#wake?.()
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#controller!.close()
    this.#controller!.byobRequest?.respond(0)
    this.#wake?.()
  }

  #closed(): void {
    if (!this.#over && !this.#message.readableEnded) this.truncated()
  }
}
