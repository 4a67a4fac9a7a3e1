// Requests for a while, and how many of them were answered at what cost.
import { spawnSync } from 'node:child_process'
import { awake } from './awake.ts'
import { loadWithAutocannon } from './autocannon.ts'
import { loadWithWrk } from './wrk.ts'
import type { Exchange } from '../exchange.ts'
import type { ServerProcess } from '../server-process.ts'

export type Load = (server: ServerProcess, exchange: Exchange, options: LoadOptions) => Promise<Round>

export interface LoadOptions {
  readonly connections: number
  readonly seconds: number
}

export interface Round {
  /** Server CPU time per completed request, in microseconds. */
  readonly cpuMicros: number
  readonly requestsPerSecond: number
  /** Latency in milliseconds. */
  readonly p50: number
  readonly p99: number
}

export interface LoadGenerator {
  readonly name: string
  readonly load: Load
}

/** wrk when it is on the PATH, because it costs least of the machine that the server runs on; else autocannon. */
export function loadGenerator(): LoadGenerator {
  const { stdout } = spawnSync('wrk', ['--version'], { encoding: 'utf8' }) // exits with 1, and says it on stdout
  const version = /^wrk (\S+)/.exec(stdout ?? '')?.[1]
  if (version === undefined) return { name: 'autocannon', load: loadWithAutocannon }
  const environment = awake()
  return { name: `wrk ${version}${environment === undefined ? '' : ', kept awake'}`, load: loadWithWrk(environment) }
}
