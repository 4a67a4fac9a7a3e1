// pnpm --filter @fsgi/server-node soak [exchanges] [idle connections]: clients that leave at every point of an exchange, thousands of
// idle connections, and what the server, in a process of its own, has not given back afterwards.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { head } from './src/fixtures/head.ts'
import { isAtRest, leaveEverywhere } from './src/fixtures/leave-everywhere.ts'
import { RawClient } from './src/fixtures/raw-client.ts'
import type { SoakState } from './src/fixtures/soak-server.ts'

const exchanges = Number(process.argv[2] ?? 10_000)
const connections = Number(process.argv[3] ?? 3_000)
const HEAP_BYTES = 2 << 20 // what compiled code and caches may grow by after the warm-up
const child = fork(fileURLToPath(new URL('src/fixtures/soak-server.ts', import.meta.url)), {
  execArgv: ['--import', 'tsx'],
})
const [port] = (await once(child, 'message')) as [number]
const server = { port, address: '127.0.0.1' }
const failures: string[] = []

await leaveEverywhere(server, 2_000, 50)
const before = await state()
for (let done = 0; done < exchanges; done += 2_500) {
  await leaveEverywhere(server, Math.min(2_500, exchanges - done), 50)
  await rest()
  await say(`${Math.min(done + 2_500, exchanges)} exchanges left`)
}
await keepIdle()
const after = await rest()
const grown = after.heap - before.heap
if (grown > HEAP_BYTES) failures.push(`the heap has grown by ${grown} bytes`)
if (after.repeated > 0) failures.push(`${after.repeated} exchanges ran what was deferred more than once`)
failures.push(...after.reported.map((text) => `reported: ${text}`), ...after.noise)
if (child.exitCode !== null) failures.push(`the server ended with ${child.exitCode}`)
child.disconnect()
console.log(failures.length === 0 ? 'nothing is left behind' : failures.slice(0, 20).join('\n'))
process.exitCode = failures.length === 0 ? 0 : 1

/** Holds idle connections while others are served. */
async function keepIdle(): Promise<void> {
  const text = head('GET /hello HTTP/1.1', 'Host: h')
  const idle: RawClient[] = []
  while (idle.length < connections) {
    const some = Array.from({ length: Math.min(250, connections - idle.length) }, () =>
      new RawClient(server).send(text),
    )
    await Promise.all(some.map((client) => client.until(/hello$/)))
    idle.push(...some)
  }
  await leaveEverywhere(server, 1_000, 20)
  const lost = idle.filter((client) => client.ended !== undefined).length
  if (lost > 0) failures.push(`${lost} idle connections were closed`)
  await say(`${connections} idle connections kept`)
  for (const client of idle) client.destroy()
}

/** Waits until the server is at rest; notes it as a failure if it does not come to rest. */
async function rest(): Promise<SoakState> {
  const end = performance.now() + 20_000
  for (;;) {
    const now = await state()
    if (isAtRest(now, before)) return now
    if (performance.now() > end) {
      failures.push(`the server has not come to rest: ${JSON.stringify(now)}, before ${JSON.stringify(before)}`)
      return now
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function state(): Promise<SoakState> {
  child.send('state')
  return ((await once(child, 'message')) as [SoakState])[0]
}

async function say(what: string): Promise<void> {
  const { called, descriptors, heap, resources } = await state()
  console.log(`${what}: ${called} calls, heap ${(heap / 1e6).toFixed(1)} MB, ${descriptors} descriptors`, resources)
}
