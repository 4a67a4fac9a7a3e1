import { reachesOthers } from '../addresses.ts'
import type { Addresses } from '../addresses.ts'
import type { Settings } from '../dev-options.ts'
import type { Terminal } from './terminal.ts'

/** Says where a development server is found, when it is: each address on a line of its own, the local one first. */
export function announce(terminal: Terminal, addresses: Addresses, { host, port }: Settings, bound: number): void {
  if (port !== 0 && bound !== port) terminal.note(`port ${port} is taken: this is ${bound}`)
  if (reachesOthers(host)) {
    const where = host === true ? 'all addresses' : host
    terminal.warn(`listening on ${where}: others on the network may see your code and run the application`)
  }
  announceAddresses(terminal, addresses)
}

export function announceAddresses(terminal: Terminal, { local, network, inspector }: Addresses): void {
  for (const url of [local, ...network]) terminal.line(url)
  for (const url of inspector) terminal.note(`inspector: ${url}`)
}
