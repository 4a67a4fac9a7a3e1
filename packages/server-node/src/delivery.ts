import { bodyOf, reply } from '@fsgi/core'
import { breakOff, reset } from './break-off.ts'
import { endResponse } from './end-response.ts'
import { flushHead } from './flush-head.ts'
import { onClosed } from './on-closed.ts'
import { endsOf } from './socket-address.ts'
import { sendResponse } from './send-response.ts'
import type { Exchange } from '@fsgi/core/server'
import type { InFlight } from './in-flight.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestBody } from './request-body.ts'

/** One exchange on node:http, from the app's answer to the last byte: what has to happen when, and once (SPEC S12 to S14). */
export class Delivery {
  readonly exchange: Exchange
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The request's body, if the message has one. */
  readonly body: RequestBody | null
  readonly inFlight: InFlight
  /** Whether only the end of the connection will end the body (HTTP/1.0). */
  closeDelimited = false
  /** While a stream is sent: cancels it. */
  cancel: ((reason: unknown) => void) | undefined
  /** Where it is among those in flight: theirs to change. */
  place: number | undefined
  #watching = false
  #unwatch: (() => void) | undefined
  #settled = false

  constructor(
    exchange: Exchange,
    request: IncomingMessage,
    response: ServerResponse,
    body: RequestBody | null,
    inFlight: InFlight,
  ) {
    this.exchange = exchange
    this.request = request
    this.response = response
    this.body = body
    this.inFlight = inFlight
  }

  /** From now on notices that the connection has closed. Not needed for what is answered at once. */
  watch(): void {
    if (this.#watching) return
    this.#watching = true
    this.inFlight.add(this)
    endsOf(this.request.socket) // as long as they can be asked for
    this.#unwatch = onClosed(this.request, this.response, () => this.clientLeft())
  }

  /** Sends what the app has answered. */
  send(response: Response): void {
    this.#checkReach()
    this.#settled = true
    if (this.exchange.aborted) return this.#discard(response)
    try {
      sendResponse(this, response)
    } catch (error) {
      // The head was refused: a control character in a value, which Headers lets through.
      if (this.response.headersSent) return this.fail(error)
      this.exchange.fail(error)
      this.discardBody(response, error)
      this.response.statusMessage = '' // node:http has kept that of the first try
      sendResponse(this, reply('Internal Server Error\n', { status: 500 }))
    }
  }

  /** The last bytes of the response, if any: hands it over. */
  finish(bytes?: string | Uint8Array, encoding?: BufferEncoding): void {
    this.#checkReach()
    if (this.exchange.ended) return
    endResponse(this, bytes, encoding)
    this.#end(this.response.statusCode)
    this.inFlight.flushing(this)
  }

  /** The response cannot be delivered: its body has failed or has not the length it claims (SPEC S23, S27). */
  fail(error: unknown): void {
    if (this.exchange.ended) return
    this.exchange.fail(error)
    this.abandon(error)
    this.#breakOff()
  }

  /** Nothing more can be delivered: the client has left or the server is forced to stop (SPEC S13). */
  abandon(reason: unknown): void {
    if (this.exchange.ended || this.exchange.aborted) return
    this.exchange.abort(reason)
    this.body?.fail(reason)
    this.cancel?.(reason)
    if (this.#settled) this.#end(this.response.headersSent ? this.response.statusCode : null)
  }

  /** The connection has closed: news only while something is still to be delivered. */
  clientLeft(): void {
    if (this.exchange.ended) return
    this.abandon(new DOMException('the client closed the connection', 'AbortError'))
  }

  /** The client does not take what is sent (SPEC S12: a time limit). */
  stalled(): void {
    this.abandon(new DOMException('the client took nothing of the response within timeouts.send', 'TimeoutError'))
    reset(this.request.socket)
  }

  /** Ends the exchange although the app has not answered: the server does not wait any longer. */
  giveUp(reason: unknown): void {
    this.abandon(reason)
    this.#end(null)
    this.request.socket.destroy()
  }

  /** node:http ends a connection that the client has ended, and says so later. */
  #checkReach(): void {
    if (!this.request.socket.writable) this.clientLeft()
  }

  #discard(response: Response): void {
    this.discardBody(response, this.exchange.signal.reason)
    this.#end(null)
  }

  /** Cancels a body that is not sent. */
  discardBody(response: Response, reason: unknown): void {
    if (bodyOf(response) !== undefined) return
    response.body?.cancel(reason).catch((error: unknown) => this.exchange.fail(error))
  }

  #end(status: number | null): void {
    this.#unwatch?.()
    this.cancel = undefined
    void this.exchange.end(status)
    this.inFlight.delete(this)
  }

  /** Ends the connection so that the client can tell that something is missing: no final chunk, fewer bytes than declared. */
  #breakOff(): void {
    const { socket } = this.request
    if (this.response.socket === null || !this.response.headersSent) {
      socket.destroy()
    } else if (this.closeDelimited) {
      reset(socket) // a plain end would be the end of the body
    } else {
      flushHead(this) // the app has answered (SPEC S20)
      breakOff(socket) // what was sent before still arrives
    }
  }
}
