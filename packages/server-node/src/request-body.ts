import { IncomingSource } from './incoming-source.ts'
import type { Delivery } from './delivery.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** The body of a request: sends `100 Continue` on the first read (SPEC S7), and keeps the limit (SPEC S9). */
export class RequestBody extends IncomingSource {
  /** Whether the client waits for `100 Continue` and has not been sent one. */
  waiting: boolean
  /** Whether more came than the limit allows. */
  overrun = false
  /** What a connection that breaks ends, from when it exists. */
  delivery: Delivery | undefined
  readonly #response: ServerResponse
  readonly #declared: number | undefined
  readonly #limit: number
  #received = 0

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    how: { declared: number | undefined; limit: number; waiting: boolean },
  ) {
    super(request)
    this.#response = response
    this.#declared = how.declared
    this.#limit = how.limit
    this.waiting = how.waiting
  }

  protected override wanted(): void {
    if (!this.waiting || this.#response.headersSent) return
    this.waiting = false
    this.#response.writeContinue()
  }

  protected override truncated(): void {
    if (this.delivery === undefined) super.truncated()
    else this.delivery.clientLeft()
  }

  /** Whether more than the limit can come: a declared length is checked before. */
  get mayOverrun(): boolean {
    return this.#declared === undefined && this.#limit !== Infinity
  }

  /** How many bytes are still to come; `undefined` where only the end will tell. */
  get rest(): number | undefined {
    return this.#declared === undefined ? undefined : this.#declared - this.#received
  }

  protected override accepts(chunk: Uint8Array): boolean {
    this.#received += chunk.byteLength
    if (this.#received <= this.#limit) return true
    this.overrun = true
    this.fail(new RangeError(`[fsgi S9] the request's body is larger than maxBodyBytes, which is ${this.#limit}`))
    return false
  }
}
