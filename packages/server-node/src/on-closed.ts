import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Calls `closed` once, when a response is over or its connection has closed; gives what stops that. It is the response's 'close'
 * and not the request's, which also comes after a body that was read (SPEC S12). A pipelined response that waits for its turn
 * has no socket yet, and never hears of the end of the connection.
 */
export function onClosed(request: IncomingMessage, response: ServerResponse, closed: () => void): () => void {
  const { socket } = request
  const waits = response.socket === null
  response.on('close', over)
  if (waits) {
    socket.setMaxListeners(0) // there are two for each that waits
    socket.on('close', over)
  }
  return stop

  function over(): void {
    stop()
    closed()
  }
  function stop(): void {
    response.removeListener('close', over)
    if (waits) socket.removeListener('close', over)
  }
}
