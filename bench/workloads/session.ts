import { redisProgram, sessionServers } from './session-servers.ts'
import type { Answer, Exchange } from '../exchange.ts'
import type { LoadGenerator } from '../load/load.ts'
import type { Bench } from '../measure/measure.ts'
import type { Part, Workload } from '../workload.ts'

// Sessions in memory where there is a store, so koa-session is given one; those of iron-session and @hono/session are in the
// cookie, encrypted. node:http has it by hand: an id, a Map and no limits, the least that this can cost.
export const workload: Workload = {
  about:
    'anonymous, reading, changing and keeping alive a session; 100 writers to one; how many of 160 updates survive 16',
  parts: {
    anonymous: part('anonymous'),
    read: part('read'),
    changed: part('changed'),
    touched: part('touched'),
    writers: { ...part('changed'), connections: 100 },
    ...(redisProgram() === undefined ? {} : { redis: part('redis') }),
  },
  measure: async function* (parts, bench) {
    const { measureLoad } = await import('../measure/load.ts')
    for (const [name, part] of Object.entries(parts)) {
      const generator = name === 'writers' ? oneVisitor(bench.generator) : bench.generator
      for await (const [, measured] of measureLoad({ [name]: part }, { ...bench, generator })) {
        const figures = []
        for (const each of measured)
          figures.push({ ...each, ...(await countsOf(name, each.server, part.exchange, bench)) })
        yield [name, figures]
      }
    }
  },
}

function part(kind: 'anonymous' | 'read' | 'changed' | 'touched' | 'redis'): Part {
  const path = kind === 'redis' ? '/changed' : `/${kind}`
  const exchange: Exchange = {
    path,
    session: kind !== 'anonymous',
    answer: { status: 200, body: 'ok', headers: {} },
    async check(send) {
      if (kind === 'anonymous') return
      const visitor = new Visitor(send)
      const visits = []
      for (let i = 0; i < 3; i++) visits.push((await visitor.visit()).headers['x-visits'])
      const expected = path === '/changed' ? '1 2 3' : '1 1 1'
      if (visits.join(' ') !== expected) throw new Error(`the visits are ${visits.join(' ')} instead of ${expected}`)
    },
  }
  return { exchange, servers: sessionServers(kind) }
}

/** A browser with a cookie jar. */
class Visitor {
  readonly #send: (headers: Record<string, string>) => Promise<Answer>
  readonly #jar = new Map<string, string>()

  constructor(send: (headers: Record<string, string>) => Promise<Answer>) {
    this.#send = send
  }

  get hasCookie(): boolean {
    return this.#jar.size > 0
  }

  async visit(): Promise<Answer> {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await this.#send(cookie === '' ? {} : { cookie })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      this.#jar.set(name!, value!)
    }
    return answer
  }
}

/** All connections of the load are the same visitor's. */
function oneVisitor({ name, load }: LoadGenerator): LoadGenerator {
  return {
    name,
    load: async (server, exchange, options) => {
      const { visitorCookies } = await import('../load/visitor-cookies.ts')
      const [cookie] = await visitorCookies(server.port, exchange, 1)
      return load(server, { ...exchange, session: false, headers: { cookie: cookie! } }, options)
    },
  }
}

/** Counted apart from the load: calls of the store per request, and what is left of updates made at the same time. */
async function countsOf(part: string, server: string, exchange: Exchange, { withServer }: Bench) {
  const { sendRequest } = await import('../exchange.ts')
  process.env['BENCH_COUNTING'] = '1' // the server that is started now has it as well
  return withServer(part, server, async ({ port }) => {
    const visitor = new Visitor((headers) => sendRequest(port, exchange, headers))
    const storeCalls = await callsPerRequest(visitor)
    const most = { anonymous: 0, read: 1 }[part] ?? 2
    if (server === 'fsgi' && !(storeCalls! <= most))
      throw new Error(`${part}: ${server} makes ${storeCalls} calls of the store per request, more than ${most}`)
    if (part === 'anonymous' && server === 'fsgi' && visitor.hasCookie)
      throw new Error('fsgi gives a cookie to everybody')
    const calls = storeCalls === undefined ? {} : { storeCalls }
    if (part !== 'writers') return calls
    const survived = await survivors(visitor)
    if (server === 'fsgi' && survived !== UPDATES) throw new Error(`fsgi has lost ${UPDATES - survived} updates`)
    return { ...calls, survived, updates: UPDATES }
  }).finally(() => delete process.env['BENCH_COUNTING'])
}

/** A response says how many calls were made before it. Between two of them are those of one request. */
async function callsPerRequest(visitor: Visitor): Promise<number | undefined> {
  await visitor.visit()
  const count = async (): Promise<number> => Number((await visitor.visit()).headers['x-calls'])
  const [before, after] = [await count(), await count()]
  return Number.isNaN(after) ? undefined : after - before
}

const CONNECTIONS = 16
const UPDATES = 160

/** Each handler looks something up between reading the session and changing it, as most do. */
async function survivors(visitor: Visitor): Promise<number> {
  const before = Number((await visitor.visit()).headers['x-visits'])
  const updates = async (): Promise<void> => {
    for (let i = 0; i < UPDATES / CONNECTIONS; i++) await visitor.visit()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, updates))
  return Number((await visitor.visit()).headers['x-visits']) - before - 1
}
