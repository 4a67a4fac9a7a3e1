import type { Duplex } from 'node:stream'

/**
 * Connections whose last response has been made, or sent without one. node:http goes on to parse what the client has sent after
 * that request, but it must not be processed (RFC 9112 §9.6): where a refused message ended is what nobody knows.
 */
const last = new WeakSet<Duplex>()

export function setLastResponse(socket: Duplex): void {
  last.add(socket)
}

export function hasLastResponse(socket: Duplex): boolean {
  return last.has(socket)
}
