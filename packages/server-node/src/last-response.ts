import type { Duplex } from 'node:stream'

/**
 * Connections whose last response has been made, or sent without one. node:http goes on to parse what the client has sent after
 * that request, but it must not be processed (RFC 9112 §9.6): where a refused message ended is what nobody knows.
 */
const LAST = Symbol('the last response of this connection')

export function setLastResponse(socket: Duplex): void {
  ;(socket as Marked)[LAST] = true
}

export function hasLastResponse(socket: Duplex): boolean {
  return (socket as Marked)[LAST] === true
}

// Asked for every request: a WeakSet costs a third of a microsecond.
interface Marked extends Duplex {
  [LAST]?: boolean
}
