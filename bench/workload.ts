// What a workload is: a file in workloads/ that exports one as `workload`, and its name in workloads/names.ts.
import type { Exchange } from './exchange.ts'
import type { Measure } from './measure/measure.ts'

export interface Workload {
  /** One line for `pnpm bench --help`: what is sent and what comes back. */
  readonly about: string
  /** What is measured, each a row of the results: `body/text`. A workload of one part calls it `''`: `hello`. */
  readonly parts: Readonly<Record<string, Part>>
  /** How. Default: server CPU time per request under load, `measureLoad`. */
  readonly measure?: Measure
  /** What it is about, and the ratio is of. Default: `cpuMicros`. */
  readonly figure?: Figure
  /** The server that the others are compared with. Default: `node:http`. */
  readonly base?: string
  /** The least seconds that each server is warmed up: for figures that are small beside what code costs that is not compiled yet. */
  readonly warmUpSeconds?: number
}

export type Figure = 'cpuMicros' | 'bytes' | 'millis'

export interface Part {
  /** One request, and what must come back for it. Every server is asked before anything is measured, and again after. */
  readonly exchange: Exchange
  /** The servers that take part, by the name that they have in the results; one is the `base`. */
  readonly servers: Readonly<Record<string, Start>>
  /** How many connections the load uses. Default: 32. */
  readonly connections?: number
  /** The least seconds of a round, where few requests are answered in a second: those in the air at its end have cost something too. */
  readonly seconds?: number
  /** What this part is about, where it differs from the workload. */
  readonly figure?: Figure
}

/**
 * A server program. It runs in a process of its own with NODE_ENV=production, loads what it needs when it is called (so
 * `await import(…)`: nobody else's process should have it), listens on a free port of 127.0.0.1 and gives that port.
 * Processes that it spawns are counted with it.
 */
export type Start = () => Promise<number>
