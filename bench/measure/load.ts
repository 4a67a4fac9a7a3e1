// Server CPU time per request under load, and throughput and latency beside it: medians over rounds. In each round every
// server has its turn, so that what disturbs the machine disturbs all.
import { median } from './measure.ts'
import type { Round } from '../load/load.ts'
import type { Bench, Measure, Measured, Parts, PartServer } from './measure.ts'

/** Measures one part after the other. */
export const measureLoad: Measure = async function* (parts, bench) {
  for (const [name, part] of Object.entries(parts)) yield [name, (await loadRounds({ [name]: part }, bench)).get(name)!]
}

/** Measures the servers of all these parts in the same rounds, so that parts can be compared with each other. */
export function loadRounds(parts: Parts, bench: Bench): Promise<Map<string, Measured[]>> {
  return bench.withServers(parts, async (servers) => {
    const all = servers.map((each) => ({ ...each, rounds: [] as Round[] }))
    for (let round = -1; round < bench.effort.rounds; round++) {
      for (const each of round % 2 === 0 ? all : all.toReversed()) {
        const result = await oneRound(each, parts, bench, round < 0)
        if (round >= 0) each.rounds.push(result)
      }
    }
    const measured = new Map<string, Measured[]>()
    for (const { part, server, rounds } of all) {
      measured.set(part, [
        ...(measured.get(part) ?? []),
        { server: server.name, ...medians(rounds), leastCpuMicros: leastCpu(rounds) },
      ])
    }
    return measured
  })
}

async function oneRound(each: PartServer, parts: Parts, { generator, effort }: Bench, warmUp: boolean): Promise<Round> {
  const { exchange, connections = 32, seconds: least = 0 } = parts[each.part]!
  const seconds = Math.max(least, warmUp ? effort.warmUpSeconds : effort.seconds)
  try {
    return await generator.load(each.server, exchange, { connections, seconds })
  } catch (error) {
    throw new Error(`${each.server.name}: ${(error as Error).message}`, { cause: error })
  }
}

function leastCpu(rounds: readonly Round[]): number {
  return Math.min(...rounds.map(({ cpuMicros }) => cpuMicros))
}

function medians(rounds: readonly Round[]): Round {
  const of = (figure: keyof Round): number => median(rounds.map((round) => round[figure]))
  return { cpuMicros: of('cpuMicros'), requestsPerSecond: of('requestsPerSecond'), p50: of('p50'), p99: of('p99') }
}
