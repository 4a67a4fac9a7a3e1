import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Calls `closed` when a response is over, or its connection has closed; what it gives stops that. It is the response's 'close' and
 * not the request's, which also comes after a body that was read (SPEC S12). A pipelined response that waits for its turn has
 * no socket yet, and never hears of the end of the connection.
 */
export function onClosed(
  { socket }: IncomingMessage,
  response: ServerResponse,
  closed: () => void,
): (() => void) | undefined {
  response.on('close', closed)
  if (response.socket !== null) return undefined // the response and its listeners go together
  socket.setMaxListeners(0) // there are two for each that waits
  socket.on('close', closed)
  const stop = (): void => void socket.removeListener('close', closed)
  response.on('close', stop)
  return stop
}
