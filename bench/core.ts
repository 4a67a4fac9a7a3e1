// What core's pieces cost: CPU time of one call, median of seven rounds. `pnpm --filter @fsgi-internal/bench core`
import { setImmediate as nextJob } from 'node:timers/promises'
import { bodyOf, reply, stack } from '@fsgi/core'
import { Exchange, headOf } from '@fsgi/core/server'
import type { Middleware } from '@fsgi/core'
import type { Facts } from '@fsgi/core/server'

const facts = { pathname: '/a/b', mount: '', target: '/a/b', env: {} } as unknown as Facts
const service = { report() {}, waitUntil() {} }
const { context } = new Exchange(facts, service)
const derived = context.with({ session: 1 })
const init = { headers: { 'cache-control': 'no-cache', etag: '"x"' } }

const done = new Response()
const pass = (): Middleware => (app) => (request, context) => app(request, context)
const fiftyLayers = stack(...Array.from({ length: 50 }, pass))(() => done)
const request = new Request('http://127.0.0.1:3000/')

const fields: [string, string][] = [
  ['host', 'h'],
  ['accept', '*/*'],
]

// What Chromium sends with a navigation.
const browser: [string, string][] = [
  ['host', '127.0.0.1:3000'],
  ['cache-control', 'max-age=0'],
  ['sec-ch-ua', '"Chromium";v="140", "Not=A?Brand";v="24"'],
  ['sec-ch-ua-mobile', '?0'],
  ['sec-ch-ua-platform', '"Linux"'],
  ['upgrade-insecure-requests', '1'],
  [
    'user-agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
  ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['sec-fetch-site', 'none'],
  ['sec-fetch-mode', 'navigate'],
  ['sec-fetch-user', '?1'],
  ['sec-fetch-dest', 'document'],
  ['accept-encoding', 'gzip, deflate, br, zstd'],
  ['accept-language', 'en-US,en;q=0.9'],
  ['cookie', 'a=1; session=abcdefghijklmnopqrstuvwxyz'],
]
const browserRecord = Object.fromEntries(browser)

const cases: Record<string, () => unknown> = {
  'new Exchange(…).context': () => new Exchange(facts, service).context,
  'context.with({ one })': () => context.with({ session: 1 }),
  'context.with({ one }).with({ another })': () => derived.with({ user: 1 }),
  'context.path': () => context.path,
  'a stack of 50 layers that pass through': () => fiftyLayers(request, context),
  'reply(text, init), head and bytes read': () => {
    const response = reply('hello', init)
    return [headOf(response), bodyOf(response)]
  },
  'reply(text, { headers }) with 15 fields': () => reply('hello', { headers: browser }),
  'new Request(url)': () => new Request('http://127.0.0.1:3000/'),
  'new Request(url), and 15 fields appended': () => {
    const request = new Request('http://127.0.0.1:3000/')
    for (const [name, value] of browser) request.headers.append(name, value)
    return request
  },
  'new Request(url, { headers }) with 15 fields in pairs': () =>
    new Request('http://127.0.0.1:3000/', { headers: browser }),
  'new Request(url, { headers }) with 15 fields in a record': () =>
    new Request('http://127.0.0.1:3000/', { headers: browserRecord }),
  'new Request(url, { method, body: stream })': () =>
    new Request('http://h/', {
      method: 'POST',
      body: new ReadableStream({ type: 'bytes' }),
      duplex: 'half',
    } as RequestInit),
  'new Request(url, { headers })': () => new Request('http://h/', { headers: fields }),
  'new Request(url, { headers, signal })': () =>
    new Request('http://h/', { headers: fields, signal: new AbortController().signal }),
  'new Response(text, init), head read': () => [...new Response('hello', init).headers],
}

let _sink: unknown // what is never used must still be made
const rounds: Record<string, number[]> = {}
for (let round = 0; round < 7; round++) {
  for (const [name, run] of Object.entries(cases)) (rounds[name] ??= []).push(await cpuNanoseconds(run))
}
console.log(`Node ${process.version}`)
for (const [name, times] of Object.entries(rounds)) {
  const median = times.toSorted((a, b) => a - b)[3]!
  console.log(`${median.toFixed(0).padStart(7)} ns  ${name}`)
}

/** As for requests one after the other: what a job refers to weakly is not collected before the job is over. */
async function cpuNanoseconds(run: () => unknown): Promise<number> {
  let micros = 0
  for (let batch = -10; batch < 100; batch++) {
    const start = process.cpuUsage()
    for (let i = 0; i < 1000; i++) _sink = run()
    const { user, system } = process.cpuUsage(start)
    if (batch >= 0) micros += user + system
    await nextJob()
  }
  return (micros * 1000) / 100_000
}
