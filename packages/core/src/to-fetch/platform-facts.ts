import { normalPathname } from '../path.ts'
import type { Facts } from '../server/exchange.ts'
import type { Protocol, SocketAddress } from '../context.ts'

export interface PlatformFacts extends Facts {
  waitUntil(work: Promise<void>): void
}

/** What a platform's own server says about an exchange, from the arguments it passes after the request. */
export function platformFacts(
  request: Request,
  url: URL,
  platform: readonly unknown[],
  env: Readonly<Record<string, unknown>>,
): PlatformFacts {
  const peer = peerAddress(request, platform)
  const [second, third] = platform
  const worker = isObject(third) && typeof third.waitUntil === 'function'
  return {
    peerAddress: peer,
    remoteAddress: peer,
    localAddress: null,
    protocol: protocolOf(request),
    encrypted: url.protocol === 'https:',
    target: url.pathname + url.search, // the platform has parsed the request-target already
    pathname: normalPathname(url.pathname),
    mount: '',
    env: worker && isObject(second) ? second : env,
    waitUntil: (work) => {
      if (worker) (third.waitUntil as (work: Promise<void>) => void)(work)
    },
  }
}

function peerAddress(request: Request, [second]: readonly unknown[]): SocketAddress | null {
  if (!isObject(second)) return null
  if (typeof second.requestIP === 'function')
    return address((second.requestIP as (request: Request) => unknown)(request)) // Bun
  return address(second.remoteAddr) // Deno
}

/** Bun says `{ address, port, family }`, Deno `{ hostname, port, transport }`; a unix socket has no address. */
function address(value: unknown): SocketAddress | null {
  if (!isObject(value) || typeof value.port !== 'number') return null
  const text = value.address ?? value.hostname
  if (typeof text !== 'string') return null
  return { address: text, port: value.port, family: text.includes(':') ? 'IPv6' : 'IPv4' }
}

/** Workers say it in `request.cf`; the others do not say. */
function protocolOf(request: Request): Protocol {
  const said = (request as { cf?: { httpProtocol?: unknown } }).cf?.httpProtocol
  return said === 'HTTP/1.0' || said === 'HTTP/2' || said === 'HTTP/3' ? said : 'HTTP/1.1'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
