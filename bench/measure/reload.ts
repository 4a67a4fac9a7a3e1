// What a change of the code is like: how long until the new code answers, and what clients see meanwhile. Each turn of a server is in a
// fresh folder and a fresh process; the servers take turns.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { checkAnswer } from '../exchange.ts'
import { installPeers } from '../reload/install.ts'
import { devServers, VARIABLE } from '../workloads/reload-servers.ts'
import { median, percentile } from './measure.ts'
import { sendAllAlong } from './reload-clients.ts'
import { seenIn } from './reload-seen.ts'
import type { Measure, Measured } from './measure.ts'
import type { Saved, Seen } from './reload-seen.ts'
import type { ServerProcess } from '../server-process.ts'
import type { Part } from '../workload.ts'

/** Milliseconds that the new code may take to answer; then it never will. */
const limit = 20_000

export const measureReload: Measure = async function* (parts, { withServer, effort }) {
  for (const [name, part] of Object.entries(parts)) {
    const servers = Object.keys(part.servers)
    if (servers.some((server) => devServers[server]!.peer === true)) installPeers()
    const turns = servers.map((server) => ({ server, seen: [] as Seen[], micros: [] as number[] }))
    for (let round = 0; round < effort.rounds; round++) {
      for (const { server, seen, micros } of round % 2 === 0 ? turns : turns.toReversed()) {
        const folder = mkdtempSync(join(tmpdir(), 'bench-reload-'))
        process.env[VARIABLE] = folder
        try {
          makeApp(server, folder)
          await withServer(name, server, async (process) => {
            await checkAnswer(process.port, part.exchange)
            const before = await process.cpu()
            seen.push(await changeCode(process, part, join(folder, 'app', devServers[server]!.version), effort.reloads))
            micros.push(((await process.cpu()) - before) / effort.reloads)
          })
        } finally {
          delete process.env[VARIABLE]
          rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
        }
      }
    }
    yield [name, turns.map(({ server, seen, micros }) => summary(server, seen, median(micros)))]
    const ours = turns.find(({ server }) => server === 'fsgi')?.seen ?? []
    const wrong = ours.flatMap(({ wrong }) => wrong)
    if (wrong.length > 0) throw new Error(`fsgi: ${wrong.length} requests went wrong: ${wrong.slice(0, 5).join('; ')}`)
  }
}

/** The app of a server, with its dependencies, and a folder for its temporary files. */
function makeApp(server: string, folder: string): void {
  const { fixture, peer } = devServers[server]!
  const app = join(folder, 'app')
  mkdirSync(join(folder, 'tmp'))
  cpSync(fileURLToPath(new URL(`../reload/fixtures/${fixture}`, import.meta.url)), app, { recursive: true })
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }\n')
  // A folder of links and no link to the folder: what servers keep in node_modules is as fresh as the rest.
  const installed = fileURLToPath(
    new URL(peer === true ? '../reload/node_modules' : '../node_modules', import.meta.url),
  )
  const packages = peer === true ? readdirSync(installed) : ['tsx', 'zod']
  mkdirSync(join(app, 'node_modules'))
  for (const name of packages) symlinkSync(join(installed, name), join(app, 'node_modules', name))
}

/** Saves the module again and again, with requests all along. */
async function changeCode(server: ServerProcess, part: Part, file: string, times: number): Promise<Seen> {
  const source = readFileSync(file, 'utf8')
  const clients = sendAllAlong(server.port, part.exchange)
  const saves: Saved[] = []
  try {
    await pause()
    for (let version = 2; version < times + 2; version++) {
      saves.push({ version, at: performance.now() })
      writeFileSync(file, source.replace(/\d+/, `${version}`)) // as editors do that write in place
      await clients.shown(version, limit)
      await pause()
    }
  } finally {
    await clients.stop()
  }
  return seenIn(clients.answers, saves, limit)
}

/** Not always as long: who looks at the files once in a while must not be in step with it. */
function pause(): Promise<void> {
  return sleep(500 + Math.random() * 1000)
}

function summary(server: string, seen: readonly Seen[], cpuMicros: number): Measured {
  const millis = seen.flatMap(({ millis }) => millis)
  const sum = (count: (each: Seen) => number): number => seen.reduce((total, each) => total + count(each), 0)
  return {
    server,
    cpuMicros,
    millis: median(millis),
    p90: percentile(millis, 90),
    reloads: millis.length,
    requests: sum(({ requests }) => requests),
    failed: sum(({ failed }) => failed),
    stale: sum(({ stale }) => stale),
    back: sum(({ back }) => back),
    missed: sum(({ missed }) => missed),
  }
}
