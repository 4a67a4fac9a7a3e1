import { isIP } from 'node:net'
import { isLoopback, plainAddress } from './same-machine.ts'

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
  return isIP(name) !== 0 && (isLoopback(name) || (local !== undefined && name === plainAddress(local)))
}
