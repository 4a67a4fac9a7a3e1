import { networkInterfaces } from 'node:os'
import type { Settings } from './dev-options.ts'

type Interfaces = ReturnType<typeof networkInterfaces>

/** Where a development server is reached. */
export interface Addresses {
  /** What works in a browser on this machine: `http://localhost:3000`. */
  readonly local: string
  /** What others may use: none by default. */
  readonly network: readonly string[]
  /** The inspector's page: from this machine, then from others, which need the token. None where it is off. */
  readonly inspector: readonly string[]
}

export function addressesOf(settings: Settings, port: number, token: string): Addresses {
  const { host, https, inspector } = settings
  const url = (name: string): string =>
    `http${https === false ? '' : 's'}://${name.includes(':') ? `[${name}]` : name}:${port}`
  const [local, network] = [url(localName(host)), networkNames(host).map(url)]
  const others = network.map((address) => `${address}/__fsgi/?token=${token}`)
  const pages = others.length === 0 || local !== network[0] ? [`${local}/__fsgi/`, ...others] : others
  return { local, network: network.filter((address) => address !== local), inspector: inspector ? pages : [] }
}

/**
 * The names by which others reach a server that listens on `host`: the addresses of this machine where it listens on all of
 * them, IPv4 first. Link-local IPv6 addresses are left out: they need a zone, and no browser takes one.
 */
export function networkNames(host: Settings['host'], interfaces: Interfaces = networkInterfaces()): string[] {
  if (!reachesOthers(host)) return []
  if (host !== true && host !== '0.0.0.0' && host !== '::') return [host]
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? [])
  const others = all.filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address))
  const names = (wanted: string): string[] =>
    others.filter(({ family }) => family === wanted).map(({ address }) => address)
  return host === '0.0.0.0' ? names('IPv4') : [...names('IPv4'), ...names('IPv6')]
}

function localName(host: Settings['host']): string {
  const everywhere = host === undefined || host === true || ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host)
  return everywhere ? 'localhost' : host
}

/** Whether others can reach a server that listens on `host`. */
export function reachesOthers(host: Settings['host']): host is string | true {
  if (host === undefined || host === '::1') return false
  return host === true || !/^127(\.\d+){3}$|(^|\.)localhost\.?$/i.test(host)
}
