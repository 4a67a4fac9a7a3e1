import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * Whether a request may name this host (`hostname` as in a URL). A page of another site can reach a server on this machine
 * by letting its own name point here (DNS rebinding), so only names that no other site can have are answered: localhost and
 * what is below it (RFC 6761 §6.3), addresses of this machine, and the name that the server was told to listen on.
 *
 * @param local the address that the connection arrived at, where that is known.
 */
export function allowedHost(hostname: string, given: string | undefined, local: string | undefined): boolean {
  const name = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  if (name === 'localhost' || name.endsWith('.localhost') || name === given?.toLowerCase()) return true
  const version = isIP(name)
  if (version === 0) return false
  return loopback.check(name, version === 4 ? 'ipv4' : 'ipv6') || name === local?.replace(/^::ffff:/, '')
}
