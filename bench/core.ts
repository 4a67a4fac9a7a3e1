// What core's pieces cost: CPU time of one call, median of seven rounds. `pnpm --filter @fsgi-internal/bench core`
import { bodyOf, reply } from '@fsgi/core'
import { Exchange, headOf } from '@fsgi/core/server'
import type { Facts } from '@fsgi/core/server'

const facts = { pathname: '/a/b', mount: '', target: '/a/b', env: {} } as unknown as Facts
const service = { report() {}, waitUntil() {} }
const { context } = new Exchange(facts, service)
const derived = context.with({ session: 1 })
const init = { headers: { 'cache-control': 'no-cache', etag: '"x"' } }

const fields: [string, string][] = [
  ['host', 'h'],
  ['accept', '*/*'],
]

const cases: Record<string, () => unknown> = {
  'new Exchange(…).context': () => new Exchange(facts, service).context,
  'context.with({ one })': () => context.with({ session: 1 }),
  'context.with({ one }).with({ another })': () => derived.with({ user: 1 }),
  'context.path': () => context.path,
  'reply(text, init), head and bytes read': () => {
    const response = reply('hello', init)
    return [headOf(response), bodyOf(response)]
  },
  'new Request(url, { headers })': () => new Request('http://h/', { headers: fields }),
  'new Request(url, { headers, signal })': () =>
    new Request('http://h/', { headers: fields, signal: new AbortController().signal }),
  'new Response(text, init), head read': () => [...new Response('hello', init).headers],
}

let _sink: unknown // what is never used must still be made
const rounds: Record<string, number[]> = {}
for (let round = 0; round < 7; round++) {
  for (const [name, run] of Object.entries(cases)) (rounds[name] ??= []).push(cpuNanoseconds(run, 100_000))
}
console.log(`Node ${process.version}`)
for (const [name, times] of Object.entries(rounds)) {
  const median = times.toSorted((a, b) => a - b)[3]!
  console.log(`${median.toFixed(0).padStart(7)} ns  ${name}`)
}

function cpuNanoseconds(run: () => unknown, times: number): number {
  for (let i = 0; i < times / 10; i++) _sink = run()
  const start = process.cpuUsage()
  for (let i = 0; i < times; i++) _sink = run()
  const { user, system } = process.cpuUsage(start)
  return ((user + system) * 1000) / times
}
