import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { express, fastify, fsgi, hono, koa, node } from '../servers.ts'
import type { SessionEnv } from '@hono/session'
import type { Exchange } from '../exchange.ts'
import type { Core } from '../servers.ts'
import type { Workload } from '../workload.ts'

// What an app does for a request of a known visitor: compress, open the session, look for a file that is not there, count
// the visit in the session and answer with 10 KB of JSON. With what each framework's users install for it, at its
// defaults. node:http has it by hand, with nothing that is not needed: the least that this can cost.
const items = Array.from({ length: 100 }, (_, id) => ({
  id,
  name: `Item number ${id}`,
  price: (id * 7919) % 10_000,
  tags: ['new', `shelf-${id % 7}`],
  on: id % 3 === 0,
}))
const files = fileURLToPath(new URL('../public', import.meta.url))
const secret = 'a secret of the bench, which nobody else should ever use for anything'

const exchange: Exchange = {
  path: '/api/items',
  headers: { 'accept-encoding': 'gzip' },
  session: true,
  answer: {
    status: 200,
    body: JSON.stringify(items),
    headers: { 'content-type': /^application\/json/, 'content-encoding': 'gzip', 'x-visits': '1' },
  },
  async check(send) {
    const cookies = new Map<string, string>()
    for (const visit of ['1', '2', '3']) {
      const { headers } = await send({ cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') })
      if (headers['x-visits'] !== visit)
        throw new Error(`the session counts ${String(headers['x-visits'])} at visit ${visit}`)
      for (const line of headers['set-cookie'] ?? []) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
        cookies.set(name!, value!)
      }
    }
  },
}

export const workload: Workload = {
  about: 'compression, a session that counts visits, a static file that is not there, 10 KB of JSON',
  parts: {
    '': {
      exchange,
      servers: {
        'node:http': node(() => {
          const sessions = new Map<string, { visits: number }>()
          return (req, res) => {
            let id = /sid=([^;]+)/.exec(req.headers.cookie ?? '')?.[1]
            let session = id === undefined ? undefined : sessions.get(id)
            if (session === undefined) {
              id = randomUUID()
              sessions.set(id, (session = { visits: 0 }))
              res.setHeader('set-cookie', `sid=${id}; Path=/; HttpOnly; SameSite=Lax`)
            }
            const body = gzipSync(JSON.stringify(items))
            res.writeHead(200, {
              'content-type': 'application/json',
              'content-encoding': 'gzip',
              'content-length': body.byteLength,
              'x-visits': ++session.visits,
            })
            res.end(body)
          }
        }),
        fsgi: fsgi(async (core) => {
          const layers = await ourLayers(core)
          return layers(async (_request, { session }) => {
            const visitor = await session.open()
            visitor.update((data) => void data.visits++)
            return core.reply.json(items, { headers: { 'x-visits': String(visitor.data.visits) } })
          })
        }),
        'fsgi (Response)': fsgi(async (core) => {
          const layers = await ourLayers(core)
          return layers(async (_request, { session }) => {
            const visitor = await session.open()
            visitor.update((data) => void data.visits++)
            return Response.json(items, { headers: { 'x-visits': String(visitor.data.visits) } })
          })
        }),
        express: express(async (app, express) => {
          const [{ default: compression }, { default: session }] = await Promise.all([
            import('compression'),
            import('express-session'),
          ])
          app.use(compression())
          app.use(session({ secret, resave: false, saveUninitialized: false }))
          app.use(express.static(files))
          app.get('/api/items', (req, res) => {
            const session = req.session as typeof req.session & { visits?: number }
            session.visits = (session.visits ?? 0) + 1
            res.set('x-visits', String(session.visits)).json(items)
          })
        }),
        koa: koa(async (app) => {
          const [{ default: compress }, { default: session }, { default: serve }] = await Promise.all([
            import('koa-compress'),
            import('koa-session'),
            import('koa-static'),
          ])
          app.keys = [secret]
          app.use(compress()).use(session(app)).use(serve(files))
          app.use((context) => {
            const session = context.session!
            session['visits'] = ((session['visits'] as number | undefined) ?? 0) + 1
            context.set('x-visits', String(session['visits']))
            context.body = items
          })
        }),
        fastify: fastify(async (app) => {
          await app.register(import('@fastify/compress'))
          await app.register(import('@fastify/cookie'))
          await app.register(import('@fastify/session'), {
            secret,
            saveUninitialized: false,
            cookie: { secure: false },
          })
          await app.register(import('@fastify/static'), { root: files })
          app.get('/api/items', (request, reply) => {
            const session = request.session as typeof request.session & { visits?: number }
            session.visits = (session.visits ?? 0) + 1
            reply.header('x-visits', String(session.visits))
            return reply.send(items)
          })
        }),
        hono: hono(async (app) => {
          const [{ compress }, { useSession }, { serveStatic }] = await Promise.all([
            import('hono/compress'),
            import('@hono/session'),
            import('@hono/node-server/serve-static'),
          ])
          app.use(compress(), useSession<{ visits: number }>({ secret: secret.slice(0, 32) }))
          app.use(serveStatic({ root: files }))
          app.get('/api/items', async (context) => {
            const { session } = context.var as unknown as SessionEnv<{ visits: number }>['Variables']
            const visits = ((await session.get())?.visits ?? 0) + 1
            await session.update({ visits })
            return context.json(items, 200, { 'x-visits': String(visits) })
          })
        }),
      },
    },
  },
}

async function ourLayers({ stack }: Core) {
  const [{ gzip }, { session }, { serveStatic }, { z }] = await Promise.all([
    import('@fsgi/middleware-gzip'),
    import('@fsgi/middleware-session'),
    import('@fsgi/middleware-static'),
    import('zod'),
  ])
  return stack(gzip(), session({ schema: z.object({ visits: z.number().default(0) }) }), serveStatic(files))
}
