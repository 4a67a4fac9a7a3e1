import { STATUS_CODES } from 'node:http'
import { LINGER_MS, breakOff } from './break-off.ts'
import { hasLastResponse, setLastResponse } from './last-response.ts'
import type { InFlight } from './in-flight.ts'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

interface ClientError extends Error {
  readonly code?: string
  readonly rawPacket?: Buffer
}

/**
 * Answers what node:http could not parse, or did not get in time, and closes the connection (SPEC S9, RFC 9112 §2.2). What was
 * received before it is answered first, and in order.
 */
export function answerClientError(
  error: ClientError,
  socket: Socket,
  inFlight: InFlight,
  maxHeaderBytes: number,
): void {
  // The member that node:http's own answer looks at, too: the response whose turn it is.
  const current = (socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? null
  if (error.code === 'ECONNRESET') return void socket.destroy()
  if (!socket.writable) return hasLastResponse(socket) ? undefined : void socket.destroy() // that closes it when it is sent
  setLastResponse(socket)
  if (current === null) return answerOnSocket(socket, statusOf(error, maxHeaderBytes))
  if (current.req.complete) {
    // A later message is the broken one. node:http may tell of it more than once.
    if (!waiting.has(current)) current.once('close', () => answerClientError(error, socket, inFlight, maxHeaderBytes))
    waiting.add(current)
    return
  }
  inFlight.of(current)?.abandon(reasonOf(error))
  if (current.headersSent) breakOff(socket)
  else answerOnSocket(socket, statusOf(error, maxHeaderBytes))
}

const waiting = new WeakSet<ServerResponse>()

/** Why the body of a request cannot be read any further. */
function reasonOf({ code, message }: ClientError): DOMException {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new DOMException('the request did not arrive within timeouts.request', 'TimeoutError')
  return new DOMException(`the request's body is not valid: ${message}`, 'AbortError')
}

/** A whole response on a socket that has no ServerResponse. */
export function answerOnSocket(socket: Duplex, status: number): void {
  const text = `${STATUS_CODES[status]}\n`
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ndate: ${new Date().toUTCString()}\r\nconnection: close\r\n` +
      `content-type: text/plain;charset=UTF-8\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  )
  // The rest of what the client sends is read away for a moment: closing at once would reset the connection, and the
  // client might lose the answer (RFC 9112 §9.6).
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => clearTimeout(timer))
  socket.resume()
}

function statusOf({ code, rawPacket }: ClientError, maxHeaderBytes: number): number {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408
  if (code === 'HPE_HEADER_OVERFLOW')
    return rawPacket !== undefined && hasLongTarget(rawPacket, maxHeaderBytes) ? 414 : 431
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413
  return code === 'HPE_INVALID_METHOD' && rawPacket !== undefined && REQUEST_LINE.test(start(rawPacket)) ? 501 : 400
}

/** What looks like a request line with a method that the parser does not know (RFC 9110 §9.1). */
const REQUEST_LINE = /^[!#$%&'*+\-.^_`|~\w]+ [!-~]+ HTTP\/1\.[01]\r\n/

/** Whether the request line alone is too long, as far as its packet shows. */
function hasLongTarget(packet: Buffer, maxHeaderBytes: number): boolean {
  const end = packet.indexOf('\n')
  return /^[A-Z]+ [/h]/.test(start(packet)) && (end === -1 || end > maxHeaderBytes)
}

function start(packet: Buffer): string {
  return packet.subarray(0, 1024).toString('latin1')
}
