import { BlockList, isIP } from 'node:net'
import type { Context } from '@fsgi/core'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * Whether who asks sits at this machine, as far as the socket tells: not where a proxy or tunnel that runs here passes on
 * the requests of others, which it says in `Forwarded` (RFC 7239), `Via` (RFC 9110 §7.6.3) or `X-Forwarded-For`.
 */
export function fromSameMachine({ headers }: Request, { peerAddress, localAddress }: Peers): boolean {
  if (peerAddress === null || ['forwarded', 'via', 'x-forwarded-for'].some((name) => headers.has(name))) return false
  const peer = plainAddress(peerAddress.address)
  return isLoopback(peer) || (localAddress !== null && peer === plainAddress(localAddress.address))
}

type Peers = Pick<Context, 'peerAddress' | 'localAddress'>

/** @param address an IP address, not a name. */
export function isLoopback(address: string): boolean {
  const version = isIP(address)
  return version !== 0 && loopback.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/** A socket that is open for IPv6 and IPv4 writes the latter as `::ffff:127.0.0.1` (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
