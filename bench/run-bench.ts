// Runs workloads: builds, starts each server in a process of its own, checks its answers, measures.
import { execFileSync } from 'node:child_process'
import { build } from './build.ts'
import { checkAnswer } from './exchange.ts'
import { loadGenerator } from './load/load.ts'
import { measureLoad } from './measure/load.ts'
import { startServer } from './server-process.ts'
import type { Bench, Effort, Measured } from './measure/measure.ts'
import type { Name } from './workloads/names.ts'
import type { Part, Workload } from './workload.ts'

export interface BenchOptions {
  readonly workloads: readonly Name[]
  /** Path of the node that the servers run on. */
  readonly node: string
  readonly effort: Effort
  /** Only these servers, and `node:http`. */
  readonly servers?: readonly string[]
  /** Told of each row as soon as it is known. */
  readonly onRow?: (row: Row) => void
}

/** One workload, or one part of it. */
export interface Row {
  /** `hello`, or with a part `body/text`. */
  readonly workload: string
  /** Version of the Node that the servers ran on. */
  readonly node: string
  readonly results: readonly Result[]
}

export interface Result extends Measured {
  /** To `node:http` in the same rounds; `null` where that takes no part. */
  readonly ratio: number | null
}

/** Rejects when a server does not start or gives a wrong answer, and says which. */
export async function runBench({ workloads, node, effort, servers, onRow }: BenchOptions): Promise<Row[]> {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const generator = loadGenerator()
  const { program, remove } = build()
  process.once('exit', remove)
  const rows: Row[] = []
  try {
    for (const name of workloads) {
      const { workload } = (await import(`./workloads/${name}.ts`)) as { workload: Workload }
      for (const [partName, whole] of Object.entries(workload.parts)) {
        const part = servers === undefined ? whole : only(servers, whole)
        const title = partName === '' ? name : `${name}/${partName}`
        const measured = await measurePart(title, part, workload, effort, generator, (server) =>
          startServer({ node, program, workload: name, part: partName, server }),
        )
        const row = { workload: title, node: version, results: withRatios(measured) }
        rows.push(row)
        onRow?.(row)
      }
    }
  } finally {
    process.off('exit', remove)
    remove()
  }
  return rows
}

async function measurePart(
  title: string,
  part: Part,
  { measure = measureLoad }: Workload,
  effort: Effort,
  generator: Bench['generator'],
  startProcess: (server: string) => ReturnType<typeof startServer>,
): Promise<Measured[]> {
  const processes: Awaited<ReturnType<typeof startServer>>[] = []
  const start = async (server: string): ReturnType<typeof startServer> => {
    try {
      const started = await startProcess(server)
      processes.push(started)
      await checkAnswer(started.port, part.exchange)
      return started
    } catch (error) {
      throw new Error(`${title}, ${server}: ${(error as Error).message}`, { cause: error })
    }
  }
  try {
    return await measure(part, { start, generator, effort })
  } finally {
    for (const each of processes) await each.stop()
  }
}

function only(names: readonly string[], part: Part): Part {
  const wanted = Object.entries(part.servers).filter(([name]) => name === 'node:http' || names.includes(name))
  return { ...part, servers: Object.fromEntries(wanted) }
}

function withRatios(measured: readonly Measured[]): Result[] {
  const base = measured.find(({ server }) => server === 'node:http')
  return measured.map((each) => ({ ...each, ratio: base === undefined ? null : each.cpuMicros / base.cpuMicros }))
}
