import type { SocketAddress } from '@fsgi/core'

/** An IPv4 address that a dual-stack socket shows as `::ffff:192.0.2.1` is given as what it is. */
export function addressOf(address: string, port: number): SocketAddress {
  const plain = MAPPED.test(address) ? address.slice(address.lastIndexOf(':') + 1) : address
  return { address: plain, port, family: plain.includes(':') ? 'IPv6' : 'IPv4' }
}

const MAPPED = /^::ffff:\d+\.\d+\.\d+\.\d+$/i
