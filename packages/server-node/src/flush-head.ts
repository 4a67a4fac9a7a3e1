import type { IncomingMessage, ServerResponse } from 'node:http'

/** Sends the head of a response before there is a body. A head that goes alone is written in the encoding of its socket (SPEC S26). */
export function flushHead({ request, response }: { request: IncomingMessage; response: ServerResponse }): void {
  request.socket.setDefaultEncoding('latin1')
  response.flushHeaders()
}
