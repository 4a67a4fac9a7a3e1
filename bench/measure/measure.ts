// How a workload is measured: each part becomes a row.
import type { Part } from '../workload.ts'
import type { LoadGenerator } from '../load/load.ts'
import type { ServerProcess } from '../server-process.ts'

/** What is measured of each of a part's servers, in their order. Throws what is wrong with a server. */
export type Measure = (part: Part, bench: Bench) => Promise<Measured[]>

export interface Bench {
  /** Starts one of the part's servers in a process of its own, checks its answer, and stops it when the part is done. */
  start(server: string): Promise<ServerProcess>
  readonly generator: LoadGenerator
  readonly effort: Effort
}

export interface Effort {
  readonly rounds: number
  /** Of one round. */
  readonly seconds: number
  readonly warmUpSeconds: number
}

/** One server's figures. What a workload does not measure is absent. */
export interface Measured {
  readonly server: string
  /** CPU time of the server per request, or what else `about` says that it is, in microseconds. */
  readonly cpuMicros: number
  readonly requestsPerSecond?: number
  /** Latency in milliseconds. */
  readonly p50?: number
  readonly p99?: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
