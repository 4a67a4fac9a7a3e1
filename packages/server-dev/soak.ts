// pnpm soak server-dev [--reloads N] [--files N] [--server FILE]: reloads, with requests all along, as editors save and as people err; then
// compares what the server holds with what it held before. Fails if anything has grown, or a request has failed or was answered
// by old code. After that an application of many files: how long it takes to start, and to reload.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { appProcesses } from './src/fixtures/processes.ts'
import { footprint } from './src/fixtures/footprint.ts'
import { manyFiles, oneOfMany } from './src/fixtures/many-files.ts'
import { sendLoad, versioned } from './src/fixtures/load.ts'
import { until } from './src/fixtures/until.ts'
import type { Footprint } from './src/fixtures/footprint.ts'
import type * as Sources from './src/index.ts'

const { values } = parseArgs({
  options: {
    reloads: { type: 'string', default: '500' },
    files: { type: 'string', default: '2000' },
    server: { type: 'string', default: './src/index.ts' },
  },
})
const { startDevServer } = (await import(values.server)) as typeof Sources
const [reloads, files] = [Number(values.reloads), Number(values.files)]
const ROUND = 25 // reloads between two looks
const KEPT = 1_200 // exchanges, more than the inspector keeps
const WARM = Math.min(2 * ROUND, Math.ceil(reloads / 3)) // reloads before the first look

const temporary = tmpdir()
const folder = realpathSync(mkdtempSync(join(temporary, 'fsgi-soak-')))
process.env['TMPDIR'] = folder // for the sockets, to see what is left of them
const entry = join(folder, 'app.ts')
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
writeFileSync(entry, versioned(1))
const log = process.stdout.write.bind(process.stdout)
process.stdout.write = () => true // a line for each request would be the main load
process.stderr.write = () => true

const server = await startDevServer({ entry, port: 0 })
for (let n = 0; n < KEPT; n++) await (await fetch(server.url)).text() // what the inspector keeps is not growth
let version = 1
let answers = 0
const failures: string[] = []
const times: number[] = []
let before: Footprint | undefined
let after = await settledFootprint()
while (version <= reloads) {
  const load = sendLoad(server.port, 4, () => version)
  const end = Math.min(before === undefined ? WARM : version - 1 + ROUND, reloads)
  while (version <= end) await reload(save)
  await load.stop()
  failures.push(...load.failures, ...(load.old === 0 ? [] : [`${load.old} answers from old code`]))
  answers += load.answers
  await breakAndHeal()
  after = await settledFootprint()
  before ??= after
  log(`${String(version - 1).padStart(4)} reloads: ${table(after)}\n`)
}
await server.close()
const left = [...readdirSync(folder).filter((name) => name.startsWith('fsgi-')), ...appProcesses(process.pid)]
rmSync(folder, { recursive: true })

await reloadManyFiles()
const grown = Object.keys(after).filter((name) => hasGrown(name as keyof Footprint))
log(`before       ${table(before!)}\nafter        ${table(after)}\n`)
log(
  `${answers} answers, ${failures.length} failed; from save to answer ${median(times)} ms (median, saves without a pause)\n`,
)
for (const failure of failures.slice(0, 10)) log(`  ${failure}\n`)
for (const name of grown) log(`grown: ${name}\n`)
if (left.length > 0) log(`left: ${left.join(' ')}\n`)
process.exitCode = failures.length + grown.length + left.length === 0 ? 0 : 1

/** As editors do: in place, in two steps, by rename. */
function save(text: string): void {
  if (version % 3 === 0) {
    writeFileSync(`${entry}.tmp`, text)
    renameSync(`${entry}.tmp`, entry)
  } else {
    if (version % 3 === 1) truncateSync(entry)
    writeFileSync(entry, text)
  }
}

async function reload(write: (text: string) => void): Promise<void> {
  const next = version + 1
  write(versioned(next))
  version = next
  const began = performance.now()
  const text = await (await fetch(server.url)).text()
  times.push(performance.now() - began)
  if (Number.parseInt(text, 10) !== version) failures.push(`version ${version}: the first answer was ${text}`)
}

/** What does not start, and another environment: both need a new process instead of the spare, or keep an old one. */
async function breakAndHeal(): Promise<void> {
  writeFileSync(entry, 'export default = broken\n')
  const { status } = await fetch(server.url)
  if (status !== 500) failures.push(`broken code was answered with ${status}`)
  writeFileSync(join(folder, '.env'), `ROUND=${version}\n`)
  await reload(save)
}

async function reloadManyFiles(): Promise<void> {
  const many = realpathSync(mkdtempSync(join(temporary, 'fsgi-soak-')))
  process.env['TMPDIR'] = many
  const write = ([name, text]: [string, string]): void => {
    mkdirSync(dirname(join(many, name)), { recursive: true })
    writeFileSync(join(many, name), text)
  }
  for (const file of [
    ...Object.entries(manyFiles(files)),
    ['package.json', '{ "type": "module" }'] as [string, string],
  ])
    write(file)
  const began = performance.now()
  const large = await startDevServer({ entry: join(many, 'app.ts'), port: 0 })
  const [startedAfter, watches] = [Math.round(performance.now() - began), footprint().watches]
  const reloaded: number[] = []
  for (let n = 1; n <= 5; n++) {
    await until(() => appProcesses(process.pid).length === 2)
    write(oneOfMany((n * 371) % files, 1 + n))
    const saved = performance.now()
    const [, sum] = (await (await fetch(large.url)).json()) as [number, number]
    reloaded.push(performance.now() - saved)
    if (sum !== files + (n * (n + 1)) / 2) failures.push(`many files: the sum was ${sum} after ${n} saves`)
  }
  await large.close()
  rmSync(many, { recursive: true })
  log(`${files} files: start ${startedAfter} ms, save to answer ${median(reloaded)} ms (median), ${watches} watches\n`)
}

/** When only the application and the next process are there. */
async function settledFootprint(): Promise<Footprint> {
  const sockets = (): number =>
    readdirSync(
      join(
        folder,
        readdirSync(folder).find((name) => name.startsWith('fsgi-'))!,
      ),
    ).length
  let [pids, since] = ['', Date.now()]
  const settled = (): boolean => {
    const now = appProcesses(process.pid)
    if (now.length !== 2 || sockets() !== 1 || now.join() !== pids) since = Date.now()
    pids = now.join()
    return Date.now() - since > 500
  }
  await until(settled, () => `processes ${pids}, ${sockets()} sockets`)
  return footprint()
}

function hasGrown(name: keyof Footprint): boolean {
  const [from, to] = [before![name], after[name]]
  if (name === 'rss') return to > from * 1.15 + 10
  if (name === 'heap') return to > from * 1.05 + 2
  return to > from
}

function table(values: Footprint): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

function median(numbers: readonly number[]): number {
  return Math.round(numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0)
}
