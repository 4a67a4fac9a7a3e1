import { endsOf } from './socket-address.ts'
import { sendInformational } from './send-informational.ts'
import type { Claims } from './claims.ts'
import type { Context, Protocol, SocketAddress } from '@fsgi/core'
import type { Facts } from '@fsgi/core/server'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** What node:http says about one exchange, and what somebody trusted says instead. Nothing is made until it is read. */
export class NodeFacts implements Facts {
  readonly pathname: string
  readonly encrypted: boolean
  readonly env: Readonly<Record<string, unknown>>
  /** Set when the app has returned: from then on informational responses are refused. */
  returned = false
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #claims: Claims | null

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    claims: Claims | null,
    server: { readonly encrypted: boolean; readonly env: Readonly<Record<string, unknown>> },
  ) {
    this.#request = request
    this.#response = response
    this.pathname = pathname
    this.#claims = claims
    this.encrypted = claims?.encrypted ?? server.encrypted
    this.env = server.env
  }

  /** What the front calls the exchange, where it came over the relay: see `exchangeName`. */
  get exchangeName(): string | undefined {
    return this.#claims?.exchange
  }
  get mount(): string {
    return ''
  }
  get target(): string {
    return this.#request.url!
  }
  get protocol(): Protocol {
    return this.#claims?.protocol ?? (this.#request.httpVersionMinor === 0 ? 'HTTP/1.0' : 'HTTP/1.1')
  }
  get peerAddress(): SocketAddress | null {
    const claimed = this.#claims?.peerAddress
    return claimed === undefined ? endsOf(this.#request.socket).peer : claimed
  }
  get remoteAddress(): SocketAddress | null {
    const claimed = this.#claims?.remoteAddress
    return claimed === undefined ? this.peerAddress : claimed
  }
  get localAddress(): SocketAddress | null {
    const claimed = this.#claims?.localAddress
    return claimed === undefined ? endsOf(this.#request.socket).local : claimed
  }
  get sendInformational(): Context['sendInformational'] {
    // HTTP/1.0 has none, and a pipelined request that waits for its turn cannot send one now.
    if (this.protocol === 'HTTP/1.0' || (this.#response.socket === null && !this.returned)) return undefined
    return (status, headers) => {
      if (this.returned)
        throw new Error('[fsgi S39] sendInformational() was called after the app had returned its response')
      sendInformational(this.#response, status, headers)
    }
  }
}
