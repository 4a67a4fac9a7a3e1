// The command `pnpm bench`.
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { cac } from 'cac'
import { runtimes } from '../runtimes/index.ts'
import { loadGenerator } from './load/load.ts'
import { charted, chartOf } from './report/chart.ts'
import { resultsPage } from './report/results-page.ts'
import { tableOf } from './report/table.ts'
import { runBench } from './run-bench.ts'
import { names } from './workloads/names.ts'
import type { Effort } from './measure/measure.ts'
import type { Row } from './run-bench.ts'
import type { Name } from './workloads/names.ts'
import type { Workload } from './workload.ts'

interface Flags {
  full?: boolean
  node?: string | number
  json?: string
  write?: boolean
  servers?: string
}

/** What the user asked for cannot be done: exit code 2. */
class UsageError extends Error {}

const quick: Effort = { rounds: 3, seconds: 0.5, warmUpSeconds: 0.6, reloads: 5 } // every workload within a coffee break
const some: Effort = { rounds: 5, seconds: 0.7, warmUpSeconds: 1, reloads: 3 }
const full: Effort = { rounds: 9, seconds: 0.5, warmUpSeconds: 2, reloads: 4 }

// Paths are relative to where the user is, and pnpm runs this in bench/.
const fromUser = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path)

// What was built is removed at the exit, which a signal by itself would not be.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

try {
  await main(process.argv)
} catch (error) {
  console.error(`bench: ${(error as Error).message}`)
  process.exit(error instanceof UsageError || (error as Error).name === 'CACError' ? 2 : 1)
}

async function main(argv: string[]): Promise<void> {
  const cli = cac('pnpm bench')
  cli
    .command('[...workloads]', 'Measure servers side by side; without names, every workload')
    .option('--full', 'Longer: for figures to publish')
    .option(
      '--node <path>',
      'The Node to run the servers on, or the version of one in runtimes/: 24 (default: this one)',
    )
    .option('--json <file>', 'Write the results there')
    .option('--write', 'Write RESULTS.md and chart.svg here in bench/; wants every workload')
    .option('--servers <list>', 'Only these, and the one that they are compared with: fsgi,koa')
    .example('pnpm bench hello json --node 24 --json results.json')
  const workloads = await Promise.all(names.map(describe))
  cli.help((sections) => [...sections, { title: 'Workloads', body: workloads.join('\n') }])
  const { args, options } = cli.parse(argv, { run: false })
  if (options['help']) return
  cli.matchedCommand!.checkUnknownOptions()
  cli.matchedCommand!.checkOptionValue()
  await run(args, options)
}

async function describe(name: Name): Promise<string> {
  return `  ${name.padEnd(12)} ${(await load(name)).about}`
}

async function load(name: Name): Promise<Workload> {
  return ((await import(`./workloads/${name}.ts`)) as { workload: Workload }).workload
}

async function run(args: readonly string[], flags: Flags): Promise<void> {
  const workloads = args.length === 0 ? names : args.map(workloadName)
  if (flags.write === true && charted.some((name) => !workloads.includes(name as Name))) {
    throw new UsageError(`--write wants at least ${charted.join(', ')}, which its chart shows`)
  }
  if (flags.json !== undefined && !existsSync(dirname(fromUser(flags.json)))) {
    throw new UsageError(`--json ${flags.json}: there is no folder ${dirname(fromUser(flags.json))}`)
  }
  const effort = flags.full === true ? full : args.length === 0 ? quick : some
  const generator = loadGenerator()
  const rows: Row[] = []
  const onRow = (row: Row): void => {
    rows.push(row)
    console.log(`${tableOf(row)}\n`)
    // After every row: what was measured before something went wrong is not lost.
    if (flags.json !== undefined) writeFileSync(fromUser(flags.json), `${JSON.stringify(rows, null, 2)}\n`)
  }
  const servers = flags.servers === undefined ? undefined : await serverNames(flags.servers, workloads)
  await runBench({ workloads, node: nodePath(flags.node), effort, generator, onRow, ...(servers && { servers }) })
  if (flags.write === true) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), resultsPage(rows, effort, generator.name))
    writeFileSync(new URL('chart.svg', import.meta.url), chartOf(rows))
  }
}

function workloadName(given: string): Name {
  const name = names.find((name) => name === given)
  if (name === undefined) throw new UsageError(`there is no workload '${given}'; there are ${names.join(', ')}`)
  return name
}

async function serverNames(list: string, workloads: readonly Name[]): Promise<string[]> {
  const known = new Set<string>()
  for (const { parts } of await Promise.all(workloads.map(load))) {
    for (const { servers } of Object.values(parts)) for (const name of Object.keys(servers)) known.add(name)
  }
  const wanted = list.split(',').map((name) => name.trim())
  const unknown = wanted.filter((name) => !known.has(name))
  if (unknown.length === 0) return wanted
  throw new UsageError(`--servers: none is called '${unknown.join("', '")}' here; there are ${[...known].join(', ')}`)
}

function nodePath(given: string | number | undefined): string {
  if (given === undefined) return process.execPath
  const installed = (runtimes as Readonly<Record<string, string>>)[`node${given}`]
  if (installed !== undefined) {
    if (existsSync(installed)) return installed
    throw new UsageError(`Node ${given} is not installed in runtimes/: npx -y pnpm@12 exec tsx runtimes/install.ts`)
  }
  const path = fromUser(String(given))
  if (!existsSync(path)) throw new UsageError(`--node ${given}: there is no ${path}`)
  return path
}
