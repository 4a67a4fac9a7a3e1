// How a workload is measured: each part becomes a row.
import type { LoadGenerator } from '../load/load.ts'
import type { ServerProcess } from '../server-process.ts'
import type { Part } from '../workload.ts'

export type Parts = Readonly<Record<string, Part>>

/** Gives what was measured of the servers of each part, part by part. Throws what is wrong with a server. */
export type Measure = (parts: Parts, bench: Bench) => AsyncIterable<readonly [part: string, Measured[]]>

export interface Bench {
  readonly generator: LoadGenerator
  readonly effort: Effort
  /** Starts one server, in a process of its own, for `use`, and stops it. */
  withServer<T>(part: string, server: string, use: (server: ServerProcess) => Promise<T>): Promise<T>
  /** Starts all servers of these parts for `use`, checks what they answer before and after, and stops them. */
  withServers<T>(parts: Parts, use: (servers: PartServer[]) => Promise<T>): Promise<T>
}

export interface PartServer {
  readonly part: string
  readonly server: ServerProcess
}

export interface Effort {
  readonly rounds: number
  /** Of one round. */
  readonly seconds: number
  readonly warmUpSeconds: number
  /** How often code is changed in one round. */
  readonly reloads: number
}

/** One server's figures. What a workload does not measure is absent. */
export interface Measured {
  readonly server: string
  /** CPU time of the server's processes per request, in microseconds; per connection, per start, per reload where that is what is measured. */
  readonly cpuMicros: number
  /** Of the round in which it was least: what disturbs a machine only adds to it, so this is for small differences. */
  readonly leastCpuMicros?: number
  readonly requestsPerSecond?: number
  /** Latency in milliseconds. */
  readonly p50?: number
  readonly p99?: number
  /** CPU time per layer, in nanoseconds: of the least of the rounds. */
  readonly layerNanos?: number
  /** Resident memory per connection. */
  readonly bytes?: number
  /** From the start of the process to the first answer; from a change of the code to the first answer of the new. */
  readonly millis?: number
  /** Nine of ten took at most so many of these milliseconds. */
  readonly p90?: number
  /** Of a session's store, per request. */
  readonly storeCalls?: number
  /** How many of so many `updates` of one session, made at once, it still has. */
  readonly survived?: number
  readonly updates?: number
  /** Changes of the code, and requests that were sent all along. */
  readonly reloads?: number
  readonly requests?: number
  /** Requests without an answer, or with one that is no answer of the app. */
  readonly failed?: number
  /** Answers of old code to requests that were begun after the new had been saved. */
  readonly stale?: number
  /** Those of them that were begun when there had been an answer of the new already. */
  readonly back?: number
  /** Changes whose code never answered. */
  readonly missed?: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The least of them that `percent` of a hundred are not above. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]!
}
