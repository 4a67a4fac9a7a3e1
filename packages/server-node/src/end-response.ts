import { LINGER_MS } from './break-off.ts'
import { flushHead } from './flush-head.ts'
import type { Delivery } from './delivery.ts'
import type { IncomingMessage } from 'node:http'

/** How much of an unread request body is read away to keep the connection. */
const DRAIN_BYTES = 1024 * 1024

/**
 * Ends the response, and takes care of what the app has not read of the request's body (SPEC S8): it is read away up to a limit,
 * so that the connection can be used again; else the connection is closed, but not at once: closing it while
 * the client still sends would reset it, and the client might lose the response (RFC 9112 §9.6).
 */
export function endResponse(delivery: Delivery, bytes?: string | Uint8Array, encoding?: BufferEncoding): void {
  const { request, response, body } = delivery
  const end = (): void => void (bytes === undefined ? response.end() : response.end(bytes, encoding!))
  if (body === null) return end()
  body.refuse(tooLate)
  if (body.waiting) return end() // the client has not begun; node:http closes the connection
  if (request.complete) {
    end()
    request.resume()
  } else if (willClose(delivery)) {
    if (bytes === undefined) flushHead(delivery)
    else response.write(bytes, encoding!)
    readAway(request, () => response.end())
  } else {
    end()
    drain(request)
  }
}

function tooLate(): Error {
  return new TypeError('[fsgi S8] the response is over, and what was not read of the request is lost: read it before')
}

/** Whether the connection closes after this response. */
export function willClose({ response, body, inFlight }: Delivery): boolean {
  if (inFlight.closing || !response.shouldKeepAlive) return true
  return body !== null && !body.waiting && (body.rest ?? 0) > DRAIN_BYTES
}

/** The connection will be used again if the rest of the message is small, or comes soon. */
function drain(request: IncomingMessage): void {
  let left = DRAIN_BYTES
  let timer: NodeJS.Timeout | undefined
  request.on('data', (chunk: Uint8Array) => {
    left -= chunk.byteLength
    if (left < 0) timer ??= setTimeout(() => request.socket.destroy(), LINGER_MS)
  })
  request.on('close', () => clearTimeout(timer))
  request.resume()
}

/** The connection will be closed: calls `stop` when the message is over or the time has passed. */
function readAway(request: IncomingMessage, stop: () => void): void {
  const timer = setTimeout(finish, LINGER_MS)
  function finish(): void {
    clearTimeout(timer)
    request.removeListener('end', finish)
    request.removeListener('close', finish)
    stop()
  }
  request.on('end', finish)
  request.on('close', finish)
  request.resume()
}
