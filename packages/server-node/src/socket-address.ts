import type { Socket } from 'node:net'
import type { SocketAddress } from '@fsgi/core'

/** The two ends of a connection; `null` on a Unix socket. */
export interface Ends {
  readonly peer: SocketAddress | null
  readonly local: SocketAddress | null
}

const known = new WeakMap<Socket, Ends>()

/** The ends of a connection, to be asked for before the client can have left: node:net does not say them any more then. */
export function endsOf(socket: Socket): Ends {
  let ends = known.get(socket)
  if (ends === undefined) {
    const { remoteAddress, remotePort, localAddress, localPort } = socket
    const peer = remoteAddress === undefined ? null : addressOf(remoteAddress, remotePort!)
    ends = { peer, local: localAddress === undefined ? null : addressOf(localAddress, localPort!) }
    known.set(socket, ends)
  }
  return ends
}

/** An IPv4 address that a dual-stack socket shows as `::ffff:192.0.2.1` is given as what it is. */
export function addressOf(address: string, port: number): SocketAddress {
  const plain = MAPPED.test(address) ? address.slice(address.lastIndexOf(':') + 1) : address
  return { address: plain, port, family: plain.includes(':') ? 'IPv6' : 'IPv4' }
}

const MAPPED = /^::ffff:\d+\.\d+\.\d+\.\d+$/i
