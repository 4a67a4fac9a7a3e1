import * as http from 'node:http'
import { RELAY_FIELD, relayValue } from './relay-claims.ts'
import { RelayError } from './relay-error.ts'
import { responseOf } from './response-of.ts'
import { sendBody } from './send-body.ts'
import type { App } from '@fsgi/core'
import type { RelayOptions } from '../relay.ts'

/** The front's app, options checked. */
export function forward({ socket, token, agent, nameExchange }: RelayOptions): App {
  return (request, context) =>
    new Promise<Response>((resolve, reject) => {
      if (context.signal.aborted) return reject(context.signal.reason as Error)
      const outgoing = http.request({
        socketPath: socket,
        agent: agent ?? ownAgent,
        method: request.method,
        path: context.target,
        setHost: false,
        headers: fieldsTo(request, relayValue(token, request, context, nameExchange?.(context))),
      })
      // A head without a body's first bytes is written in the socket's encoding, which would be UTF-8 (RFC 9110 §5.5).
      outgoing.on('socket', (connection) => connection.setDefaultEncoding('latin1'))
      const abort = (): void => void outgoing.destroy(context.signal.reason as Error)
      context.signal.addEventListener('abort', abort, { once: true })
      outgoing.on('close', () => context.signal.removeEventListener('abort', abort))
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        const code = error.syscall === 'connect' ? 'RELAY_REFUSED' : 'RELAY_BROKEN'
        reject(context.signal.aborted ? context.signal.reason : new RelayError(socket, code, error))
      })
      outgoing.on('information', ({ statusCode, rawHeaders }: http.InformationEvent) => {
        if (statusCode > 101) context.sendInformational?.(statusCode, pairs(rawHeaders))
      })
      const reading = request.body === null ? endWithoutBody(outgoing) : sendBody(request.body, outgoing)
      const facts = { method: request.method, socket, reading }
      outgoing.on('response', (incoming) => resolve(responseOf(incoming, outgoing, facts)))
    })
}

/** Neither a length that was not there nor chunks: the back is to see that there is no body, whatever the method. */
function endWithoutBody(outgoing: http.ClientRequest): () => void {
  if (outgoing.getHeader('content-length') !== '0') outgoing.removeHeader('content-length')
  outgoing.removeHeader('transfer-encoding')
  outgoing.end()
  return () => {}
}

/**
 * A connection for each exchange: one that is kept may be closed by the back at the moment it is used again, and a Unix
 * socket connects in microseconds.
 */
const ownAgent = new http.Agent({ keepAlive: false })

/** The request's own fields, the front's word about the client, and the framing: that of a body which is sent on demand. */
function fieldsTo(request: Request, claims: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of request.headers) fields[name] = value
  fields[RELAY_FIELD] = claims
  delete fields['expect']
  if (request.body !== null) {
    fields['expect'] = '100-continue'
    if (fields['content-length'] === undefined) fields['transfer-encoding'] = 'chunked'
  }
  return fields
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index]!, raw[2 * index + 1]!])
}
