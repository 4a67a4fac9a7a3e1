import { express, fastify, fsgi, h3, hono, koa, node, srvx, srvxFast, universal } from '../servers.ts'
import type { Middleware } from '@fsgi/core'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Measure, Measured } from '../measure/measure.ts'
import type { Part, Start, Workload } from '../workload.ts'

const text = 'hello'
const counts = [1, 10, 50]

// All parts in the same rounds: what a layer costs is the difference of two of them, divided. For one layer that is noise only.
// On a warmed-up server a layer takes nanoseconds, of a request's twenty microseconds.
const measure: Measure = async function* (parts, bench) {
  const { loadRounds } = await import('../measure/load.ts')
  const measured = await loadRounds(parts, bench)
  const bare = new Map(measured.get('0')!.map(({ server, leastCpuMicros }) => [server, leastCpuMicros!]))
  for (const [part, results] of measured) yield [part, results.map((result) => withLayerNanos(result, part, bare))]
}

export const workload: Workload = {
  about: 'hello behind 0, 1, 10, 50 layers that pass everything through, synchronous and async',
  parts: {
    '0': part(synchronous(0)),
    ...Object.fromEntries(counts.map((count) => [`${count}`, part(synchronous(count))])),
    ...Object.fromEntries(counts.map((count) => [`${count}-async`, part(asynchronous(count))])),
  },
  measure,
  warmUpSeconds: 3,
}

function withLayerNanos(result: Measured, part: string, bare: ReadonlyMap<string, number>): Measured {
  const count = Number.parseInt(part, 10)
  if (count < 10) return result
  return { ...result, layerNanos: ((result.leastCpuMicros! - bare.get(result.server)!) * 1000) / count }
}

function part(servers: Record<string, Start>): Part {
  return {
    exchange: { path: '/', answer: { status: 200, body: text, headers: { 'content-type': /^text\/plain/ } } },
    servers,
  }
}

function synchronous(count: number): Record<string, Start> {
  return {
    'node:http': node(() => {
      let app = hello
      repeat(count, () => {
        const below = app
        app = (req, res) => below(req, res)
      })
      return app
    }),
    fsgi: fsgi(({ reply, stack }) =>
      stack(...repeat<Middleware>(count, () => (app) => (request, context) => app(request, context)))(() =>
        reply(text),
      ),
    ),
    express: express((app) => {
      repeat(count, () => app.use((_req, _res, next) => next()))
      app.get('/', (_req, res) => void res.type('text').send(text))
    }),
    koa: koa((app) => {
      repeat(count, () => app.use((_context, next) => next()))
      app.use((context) => void (context.body = text))
    }),
    fastify: fastify((app) => {
      repeat(count, () => app.addHook('onRequest', (_request, _reply, done) => done()))
      app.get('/', () => text)
    }),
    hono: hono((app) => {
      repeat(count, () => app.use((_context, next) => next()))
      app.get('/', (context) => context.text(text))
    }),
    h3: h3((app) => {
      repeat(count, () => app.use((_event, next) => next()))
      app.get('/', () => text)
    }),
    srvx: srvx(
      () => new Response(text),
      repeat(count, () => (_request, next) => next()),
    ),
    'srvx (FastResponse)': srvxFast(
      (Response) => () => new Response(text),
      repeat(count, () => (_request, next) => next()),
    ),
    '@universal-middleware': piped(repeat(count, () => () => {})),
  }
}

function asynchronous(count: number): Record<string, Start> {
  return {
    'node:http': node(() => {
      let app = async (req: IncomingMessage, res: Reply): Promise<void> => hello(req, res)
      repeat(count, () => {
        const below = app
        app = async (req, res) => await below(req, res)
      })
      return (req, res) => void app(req, res)
    }),
    fsgi: fsgi(({ reply, stack }) =>
      stack(...repeat<Middleware>(count, () => (app) => async (request, context) => await app(request, context)))(() =>
        reply(text),
      ),
    ),
    express: express((app) => {
      repeat(count, () => app.use(async (_req, _res, next) => next()))
      app.get('/', (_req, res) => void res.type('text').send(text))
    }),
    koa: koa((app) => {
      repeat(count, () => app.use(async (_context, next) => await next()))
      app.use((context) => void (context.body = text))
    }),
    fastify: fastify((app) => {
      repeat(count, () => app.addHook('onRequest', async () => {}))
      app.get('/', () => text)
    }),
    hono: hono((app) => {
      repeat(count, () => app.use(async (_context, next) => await next()))
      app.get('/', (context) => context.text(text))
    }),
    h3: h3((app) => {
      repeat(count, () => app.use(async (_event, next) => await next()))
      app.get('/', () => text)
    }),
    srvx: srvx(
      () => new Response(text),
      repeat(count, () => async (_request, next) => await next()),
    ),
    'srvx (FastResponse)': srvxFast(
      (Response) => () => new Response(text),
      repeat(count, () => async (_request, next) => await next()),
    ),
    '@universal-middleware': piped(repeat(count, () => async () => {})),
  }
}

type Reply = ServerResponse & { req: IncomingMessage }

const hello: RequestListener = (_req, res) => {
  res.writeHead(200, { 'content-type': 'text/plain;charset=UTF-8', 'content-length': 5 }).end(text)
}

/** Its middlewares have no `next`: they come by before and after. */
function piped(layers: (() => void | Promise<void>)[]): Start {
  return async () => {
    const { pipe } = await import('@universal-middleware/core')
    return universal(pipe(...layers, () => new Response(text)) as () => Response)()
  }
}

/** A function of its own for every layer, as middlewares are in an app. */
function repeat<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make)
}
