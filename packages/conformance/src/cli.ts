import { writeFile } from 'node:fs/promises'
import { cac } from 'cac'
import { checkServer } from './server/check-server.ts'
import { summaryOf } from './server/report/summary.ts'
import { tableOf } from './server/report/table.ts'
import type { Host } from './server/host.ts'
import type { Tier } from './server/case.ts'

const known: readonly Tier[] = ['core', 'stream', 'origin', 'cap:informational', 'cap:report']

/** The command `fsgi-conformance`. Called by bin/fsgi-conformance.js with the process's arguments. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const cli = cac('fsgi-conformance')
  cli
    .command('<url>', 'Runs the server suite against a server that serves @fsgi/conformance/dispatcher')
    .option('--tiers <list>', `Of ${known.join(', ')}`, { default: 'core,stream,origin' })
    .option('--json <file>', 'Writes the results')
    .action((url: string, options: { tiers: string; json?: string }) => check(url, options))
  cli.help()
  try {
    cli.parse([...argv], { run: false })
    if (cli.matchedCommand === undefined && cli.options.help !== true) throw new Error('the URL of a server is missing')
    await cli.runMatchedCommand()
  } catch (error) {
    console.error(`fsgi-conformance: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 2
  }
}

async function check(url: string, { tiers, json }: { tiers: string; json?: string }): Promise<void> {
  const wanted = tiersOf(tiers)
  const origin = await originOf(url)
  const host: Host = { name: origin, tiers: wanted, start: async () => ({ origin, close: async () => {} }) }
  const summary = summaryOf(host, await checkServer(host))
  for (const { id, title, error } of summary.failures) console.log(`${id} ${title}\n    ${error}`)
  console.log(tableOf([summary]))
  if (json !== undefined) await writeFile(json, `${JSON.stringify({ hosts: [summary] }, undefined, 2)}\n`)
  if (summary.failed > 0) process.exitCode = 1
}

async function originOf(url: string): Promise<string> {
  if (!URL.canParse(url) || new URL(url).protocol !== 'http:')
    throw new Error(`'${url}' is no URL of the kind http://host:port`)
  const { origin, hostname, port } = new URL(url)
  const answer = await fetch(origin).catch((error: unknown) => {
    throw new Error(`nothing answers at ${origin}: ${String((error as Error).cause ?? error)}`)
  })
  if (!(await answer.text()).includes('conformance suite of FSGI'))
    throw new Error(
      `${origin} does not serve the app of the suite: let it serve the default export of @fsgi/conformance/dispatcher`,
    )
  return port === '' ? `http://${hostname}:80` : origin
}

function tiersOf(list: string): Set<Tier> {
  const tiers = list.split(',').map((tier) => tier.trim())
  const unknown = tiers.find((tier) => !known.includes(tier as Tier))
  if (unknown !== undefined) throw new Error(`--tiers: '${unknown}' is none of ${known.join(', ')}`)
  return new Set(tiers as Tier[])
}
