import type { ServerResponse } from 'node:http'

/**
 * Calls `stalled` if the client takes nothing of what waits in this process for `limit` milliseconds, or twice that where one
 * large write is on its way: node:net's own timer is the only one that sees its progress. 0 is no limit.
 */
export function expectProgress(response: ServerResponse, limit: number, stalled: () => void): void {
  if (limit === 0) return
  const { socket } = response
  // A pipelined response has no socket before its turn: until then the client is not what it waits for.
  if (socket === null) return void response.once('socket', () => expectProgress(response, limit, stalled))
  socket.setTimeout(limit)
  if (response.listenerCount('timeout') > 0) return
  response.on('timeout', stalled)
  response.prependOnceListener('finish', () => socket.setTimeout(0)) // before node:http sets that of an idle connection
}

/** The client has taken all that waited. */
export function progressMade(response: ServerResponse): void {
  response.socket?.setTimeout(0)
}
