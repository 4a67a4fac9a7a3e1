// Runs workloads: builds, starts each server in a process of its own, checks its answers, measures.
import { execFileSync } from 'node:child_process'
import { build } from './build.ts'
import { checkAnswer } from './exchange.ts'
import { measureLoad } from './measure/load.ts'
import { startServer } from './server-process.ts'
import type { LoadGenerator } from './load/load.ts'
import type { Bench, Effort, Measured, Parts, PartServer } from './measure/measure.ts'
import type { Figure, Workload } from './workload.ts'
import type { Name } from './workloads/names.ts'

export interface BenchOptions {
  readonly workloads: readonly Name[]
  /** Path of the node that the servers run on. */
  readonly node: string
  readonly effort: Effort
  readonly generator: LoadGenerator
  /** Only these servers, and the one that they are compared with. */
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
  /** To the base, `node:http`, in the same rounds: of the CPU time, or of what else it is about. `null` where that takes no part. */
  readonly ratio: number | null
}

/** Rejects when a server does not start or gives a wrong answer, and says which. */
export async function runBench({ workloads, node, effort, generator, servers, onRow }: BenchOptions): Promise<Row[]> {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const { program, remove } = build()
  process.once('exit', remove)
  const rows: Row[] = []
  try {
    for (const name of workloads) {
      const { workload } = (await import(`./workloads/${name}.ts`)) as { workload: Workload }
      const { measure = measureLoad, base = 'node:http', warmUpSeconds = 0 } = workload
      const warm: Effort = { ...effort, warmUpSeconds: Math.max(warmUpSeconds, effort.warmUpSeconds) }
      const bench: Bench = { generator, effort: warm, ...serversOf(name, node, program) }
      try {
        for await (const [part, measured] of measure(only(servers, base, workload.parts), bench)) {
          const figure = workload.parts[part]!.figure ?? workload.figure ?? 'cpuMicros'
          const row = { workload: titleOf(name, part), node: version, results: withRatios(measured, figure, base) }
          rows.push(row)
          onRow?.(row)
        }
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error })
      }
    }
  } finally {
    process.off('exit', remove)
    remove()
  }
  return rows
}

function titleOf(workload: string, part: string): string {
  return part === '' ? workload : `${workload}/${part}`
}

function serversOf(workload: string, node: string, program: string): Pick<Bench, 'withServer' | 'withServers'> {
  const named = async <T>(part: string, server: string, run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      throw new Error(`${part === '' ? '' : `${part}, `}${server}: ${(error as Error).message}`, { cause: error })
    }
  }
  const start = (part: string, server: string): ReturnType<typeof startServer> =>
    named(part, server, () => startServer({ node, program, workload, part, server }))

  return {
    async withServer(part, name, use) {
      const server = await start(part, name)
      try {
        return await use(server)
      } finally {
        await server.stop()
      }
    },
    async withServers(parts, use) {
      const started: PartServer[] = []
      const check = async (when: string): Promise<void> => {
        for (const { part, server } of started) {
          await named(part, `${when}${server.name}`, () => checkAnswer(server.port, parts[part]!.exchange))
        }
      }
      try {
        for (const [part, { servers }] of Object.entries(parts)) {
          for (const name of Object.keys(servers)) started.push({ part, server: await start(part, name) })
        }
        await check('before the load, ')
        const result = await use(started)
        await check('after the load, ')
        return result
      } finally {
        for (const { server } of started) await server.stop()
      }
    },
  }
}

function only(names: readonly string[] | undefined, base: string, parts: Parts): Parts {
  if (names === undefined) return parts
  const wanted = Object.entries(parts).map(([name, part]) => {
    const servers = Object.entries(part.servers).filter(([server]) => server === base || names.includes(server))
    return [name, { ...part, servers: Object.fromEntries(servers) }]
  })
  return Object.fromEntries(wanted) as Parts
}

function withRatios(measured: readonly Measured[], figure: Figure, base: string): Result[] {
  const least = measured.find(({ server }) => server === base)?.[figure]
  return measured.map((each) => ({ ...each, ratio: least === undefined ? null : each[figure]! / least }))
}
