import ipaddr from 'ipaddr.js'
import { addressOf } from './socket-address.ts'
import { isAuthority } from './request-url.ts'
import type { Claims } from './claims.ts'
import type { SocketAddress } from '@fsgi/core'

/** Whether an address is a trusted proxy's; `null` is the peer on a Unix socket. */
export type Trusts = (address: string | null) => boolean

export function isTrustEntry(entry: string): boolean {
  return entry === 'unix' || ipaddr.isValidCIDR(entry) || (ipaddr.isValid(entry) && isWholeAddress(entry))
}

/** ipaddr.js also takes `127.1` and `0x7f000001`, which are more likely mistakes. */
function isWholeAddress(entry: string): boolean {
  return entry.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(entry)
}

/** A test for the addresses and CIDR ranges of the option `trustProxy`; `undefined` where it trusts nobody. */
export function trusts(entries: readonly string[]): Trusts | undefined {
  if (entries.length === 0) return undefined
  const unix = entries.includes('unix')
  const ranges = entries.filter((entry) => entry !== 'unix').map(rangeOf)
  return (address) => {
    if (address === null) return unix
    if (!ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address) // an IPv4-mapped IPv6 address is that IPv4 address
    return ranges.some((range) => range[0].kind() === parsed.kind() && parsed.match(range))
  }
}

function rangeOf(entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (ipaddr.isValidCIDR(entry)) {
    const [address, bits] = ipaddr.parseCIDR(entry)
    const mapped = address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress()
    return mapped ? [(address as ipaddr.IPv6).toIPv4Address(), Math.max(0, bits - 96)] : [address, bits]
  }
  const address = ipaddr.process(entry)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/**
 * What trusted proxies say about the client (SPEC S3). The hops are walked from the right, where the nearest proxy wrote,
 * for as long as the address before is trusted: what is left of that the client may have made up.
 *
 * `X-Forwarded-For`, `-Proto` and `-Host` are used where `X-Forwarded-For` is there, else `Forwarded` (RFC 7239), else `-Proto`
 * and `-Host` alone: a proxy that writes one kind must remove the other.
 */
export function forwardedClaims(
  rawHeaders: readonly string[],
  peer: SocketAddress | null,
  trusted: Trusts,
): Claims | null {
  if (!trusted(peer?.address ?? null)) return null
  const fields = forwardingFields(rawHeaders)
  const hops = fields.for === '' && fields.forwarded !== '' ? forwardedHops(fields.forwarded) : legacyHops(fields)
  if (hops.length === 0) return null
  let index = hops.length - 1
  while (index > 0 && isTrustedNode(hops[index]!.for, trusted)) index--
  // A hop that says nothing of the scheme or the host leaves it as the hop nearer to us saw it.
  const proto = hops
    .slice(index)
    .find((hop) => hop.proto !== undefined)
    ?.proto?.toLowerCase()
  const host = hops.slice(index).find((hop) => hop.host !== undefined)?.host
  const node = hops[index]!.for
  return {
    ...(node === undefined ? {} : { remoteAddress: nodeAddress(node) }),
    ...(proto === 'http' || proto === 'https' ? { scheme: proto } : {}),
    ...(host !== undefined && isAuthority(host) ? { authority: host } : {}),
  }
}

interface Hop {
  readonly for: string | undefined
  readonly proto: string | undefined
  readonly host: string | undefined
}

function forwardingFields(rawHeaders: readonly string[]): {
  for: string
  proto: string
  host: string
  forwarded: string
} {
  const found = { for: '', proto: '', host: '', forwarded: '' }
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const key = FIELDS[name]
    if (key !== undefined) found[key] += (found[key] === '' ? '' : ',') + rawHeaders[i + 1]!
  }
  return found
}

const FIELDS: Record<string, 'for' | 'proto' | 'host' | 'forwarded' | undefined> = Object.assign(Object.create(null), {
  'x-forwarded-for': 'for',
  'x-forwarded-proto': 'proto',
  'x-forwarded-host': 'host',
  forwarded: 'forwarded',
})

/** The three lists side by side. Proxies often set the last two once instead of appending, so they align at the right. */
function legacyHops(fields: { for: string; proto: string; host: string }): Hop[] {
  const nodes = list(fields.for)
  const protos = list(fields.proto)
  const hosts = list(fields.host)
  const length = Math.max(nodes.length, Math.min(1, protos.length + hosts.length))
  const fromRight = (values: string[], index: number): string | undefined =>
    values[Math.max(0, values.length - (length - index))]
  return Array.from({ length }, (_, index) => ({
    for: nodes[nodes.length - (length - index)],
    proto: fromRight(protos, index),
    host: fromRight(hosts, index),
  }))
}

function list(value: string): string[] {
  return value === '' ? [] : value.split(',').map((item) => item.trim())
}

const PAIR = /\s*([!#$%&'*+\-.^_`|~\w]+)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~\w:[\]]*))\s*(;|,|$)/y

/** RFC 7239 §4; a field that does not parse says nothing. */
function forwardedHops(value: string): Hop[] {
  const hops: Hop[] = []
  let hop: Record<string, string> = {}
  PAIR.lastIndex = 0
  while (PAIR.lastIndex < value.length) {
    const match = PAIR.exec(value)
    if (match === null) return []
    hop[match[1]!.toLowerCase()] = match[2]?.replace(/\\(.)/g, '$1') ?? match[3]!
    if (match[4] !== ';') {
      hops.push({ for: hop['for'], proto: hop['proto'], host: hop['host'] })
      hop = {}
    }
  }
  return hops
}

function isTrustedNode(node: string | undefined, trusted: Trusts): boolean {
  const address = node === undefined ? null : nodeAddress(node)
  return address !== null && trusted(address.address)
}

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`; `null` for `unknown` and obfuscated names (RFC 7239 §6). */
function nodeAddress(node: string): SocketAddress | null {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(node)
  const dotted = /^(\d+\.\d+\.\d+\.\d+)(?::(\d{1,5}))?$/.exec(node)
  const address = bracketed?.[1] ?? dotted?.[1] ?? node
  if (!isTrustEntry(address) || address.includes('/') || address === 'unix') return null
  return addressOf(address, Number(bracketed?.[2] ?? dotted?.[2] ?? 0))
}
