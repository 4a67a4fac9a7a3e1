import { IncomingSource } from '../incoming-source.ts'
import { RelayError } from './relay-error.ts'
import { requestHead } from '../request-head.ts'
import type { ClientRequest, IncomingMessage } from 'node:http'

export interface ResponseFacts {
  /** Of the request. */
  readonly method: string
  /** The back's path, for errors. */
  readonly socket: string
  /** Called when the response's body is read before all of it is here: its head has gone to the client then. */
  reading(): void
}

/** The back's response as a Fetch Response, its body pulled from the back as it is read; cancelling it closes the connection. */
export function responseOf(incoming: IncomingMessage, outgoing: ClientRequest, facts: ResponseFacts): Response {
  const { method } = facts
  const status = incoming.statusCode!
  const { fields, contentLength, transferEncoding } = requestHead(incoming.rawHeaders, undefined)
  const bodyless = method === 'HEAD' || status === 204 || status === 205 || status === 304
  const empty = bodyless || (contentLength === '0' && transferEncoding === undefined)
  const body = empty ? null : new ReadableStream(new RelayedBody(incoming, outgoing, facts))
  if (empty) {
    incoming.resume()
    incoming.on('end', () => outgoing.destroy())
  }
  const response = new Response(body as BodyInit | null, { status, statusText: incoming.statusMessage ?? '' })
  for (let i = 0; i < fields.length; i += 2) response.headers.append(fields[i]!, fields[i + 1]!)
  return response
}

class RelayedBody extends IncomingSource {
  readonly #incoming: IncomingMessage
  readonly #outgoing: ClientRequest
  readonly #facts: ResponseFacts

  constructor(incoming: IncomingMessage, outgoing: ClientRequest, facts: ResponseFacts) {
    super(incoming)
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#facts = facts
    incoming.on('end', () => outgoing.end()) // the back has answered without reading all of the request
  }

  override pull(): void {
    if (!this.#incoming.complete) this.#facts.reading()
    super.pull()
  }

  protected override truncated(): void {
    this.fail(new RelayError(this.#facts.socket, 'RELAY_CUT'))
  }

  override cancel(): void {
    super.cancel()
    this.#outgoing.destroy()
  }
}
