// pnpm --filter @fsgi/server-dev soak [reloads]: reloads under load for as long as is wanted, and says what was lost.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDevServer } from './src/index.ts'
import { sendLoad, versioned } from './src/fixtures/load.ts'
import { descendants } from './src/fixtures/processes.ts'

const reloads = Number(process.argv[2] ?? 500)
const folder = mkdtempSync(join(tmpdir(), 'fsgi-soak-'))
const entry = join(folder, 'app.ts')
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
writeFileSync(entry, versioned(1))
const log = process.stdout.write.bind(process.stdout)
process.stdout.write = () => true // a line for each request would be the main load

const server = await startDevServer({ entry, port: 0 })
let saved = 1
const load = sendLoad(server.port, 12, () => saved)
const open = (): number => readdirSync('/proc/self/fd').length
const times: number[] = []
for (let version = 2; version <= reloads + 1; version++) {
  writeFileSync(entry, versioned(version))
  saved = version
  const began = performance.now()
  const text = await (await fetch(server.url)).text()
  times.push(performance.now() - began)
  if (Number.parseInt(text, 10) !== version) log(`version ${version}: the first answer was ${text}\n`)
  if (version % 25 === 1) log(`${version - 1} reloads: ${summary()}\n`)
}
await load.stop()
log(
  `${load.failures.length} failed, ${load.old} old of ${load.answers} answers\n${load.failures.slice(0, 10).join('\n')}\n`,
)
await server.close()
rmSync(folder, { recursive: true })
process.exitCode = load.failures.length + load.old === 0 ? 0 : 1

function summary(): string {
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
  const memory = Math.round(process.memoryUsage().rss / 1e6)
  return `${load.answers} answers, ${load.failures.length} failed, ${load.old} old; save to answer ${Math.round(median)} ms; ${memory} MB, ${open()} descriptors, ${descendants(process.pid).length} processes`
}
