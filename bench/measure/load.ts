import { median } from './measure.ts'
import type { Round } from '../load/load.ts'
import type { Measure } from './measure.ts'

/**
 * Server CPU time per request under load, and throughput and latency beside it: medians over rounds. All servers of a part
 * run, and in each round every one of them has its turn, so that what disturbs the machine disturbs all.
 */
export const measureLoad: Measure = async ({ exchange, servers, connections = 32 }, { start, generator, effort }) => {
  const processes = []
  for (const name of Object.keys(servers)) processes.push(await start(name))
  const rounds = new Map<string, Round[]>(processes.map(({ name }) => [name, []]))
  for (let round = -1; round < effort.rounds; round++) {
    const seconds = round < 0 ? effort.warmUpSeconds : effort.seconds
    for (const server of round % 2 === 0 ? processes : processes.toReversed()) {
      const result = await generator.load(server, exchange, { connections, seconds }).catch((error: Error) => {
        throw new Error(`${server.name}: ${error.message}`)
      })
      if (round >= 0) rounds.get(server.name)!.push(result)
    }
  }
  return processes.map(({ name }) => {
    const of = (figure: keyof Round): number => median(rounds.get(name)!.map((round) => round[figure]))
    return {
      server: name,
      cpuMicros: of('cpuMicros'),
      requestsPerSecond: of('requestsPerSecond'),
      p50: of('p50'),
      p99: of('p99'),
    }
  })
}
