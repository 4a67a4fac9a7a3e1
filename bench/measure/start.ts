import { sendRequest } from '../exchange.ts'
import { median } from './measure.ts'
import type { Measure } from './measure.ts'

/** From the start of a process to the end of its first answer, and the CPU time that it has used by then. Medians; the servers take turns. */
export const measureStart: Measure = async function* (parts, bench) {
  for (const [name, part] of Object.entries(parts)) {
    const starts = Object.keys(part.servers).map((server) => ({
      server,
      millis: [] as number[],
      micros: [] as number[],
    }))
    for (let round = -1; round < bench.effort.rounds * 3; round++) {
      for (const { server, millis, micros } of starts) {
        const start = performance.now()
        await bench.withServer(name, server, async (process) => {
          await sendRequest(process.port, part.exchange)
          const elapsed = performance.now() - start
          if (round < 0) return // its files were not in the system's cache
          millis.push(elapsed)
          micros.push(await process.cpu())
        })
      }
    }
    yield [
      name,
      starts.map(({ server, millis, micros }) => ({ server, cpuMicros: median(micros), millis: median(millis) })),
    ]
  }
}
