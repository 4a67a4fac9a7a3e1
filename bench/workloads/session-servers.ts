// The apps of session.ts: each opens the session as the path says, with what its users install, at its defaults.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer } from 'node:net'
import { express, fastify, fsgi, hono, koa, node, remix } from '../servers.ts'
import type { Store as ExpressStore } from 'express-session'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SessionStore } from '@fsgi/middleware-session'
import type { SessionEnv } from '@hono/session'
import type { Core } from '../servers.ts'
import type { Start } from '../workload.ts'

export type Kind = 'anonymous' | 'read' | 'changed' | 'touched' | 'redis'

const secret = 'a secret of the bench, which nobody else should ever use for anything'
const path = '/:kind'

/** The servers of a part, by name. Who cannot keep a session alive without changing it takes no part in `touched`. */
export function sessionServers(kind: Kind): Record<string, Start> {
  if (kind === 'redis') return { fsgi: ours(kind, redisStore), 'express-session': expressSession(connectRedis) }
  return {
    'node:http': byHand,
    fsgi: ours(kind),
    'express-session': expressSession(),
    '@fastify/session': fastifySession,
    'koa-session': koaSession(kind),
    'hono-sessions': honoSessions,
    ...(kind === 'touched' ? {} : { '@hono/session': honoSession, remix: remixSession }),
    // Not a middleware: who does not ask for the session never meets it.
    ...(kind === 'touched' || kind === 'anonymous' ? {} : { 'iron-session': ironSession }),
  }
}

/**
 * Whether this process is not under load, but there for the figures that session.ts counts: handlers then say how many
 * calls of the store there were before, and look something up for 2 ms between reading the session and changing it.
 */
const isCounting = process.env['BENCH_COUNTING'] === '1'

function lookUp(): Promise<unknown> {
  return sleep(2)
}

/** The calls of a store's methods, for those who ask. */
class Counter {
  calls = 0

  /** The store itself, whose methods count. */
  around<T extends object>(store: T, ...methods: (keyof T)[]): T {
    for (const name of methods) {
      const method = store[name] as (...args: unknown[]) => unknown
      if (method === undefined) continue
      const counted = (...args: unknown[]): unknown => (this.calls++, method.apply(store, args))
      Object.defineProperty(store, name, { value: counted })
    }
    return store
  }
}

const byHand: Start = node(() => {
  const sessions = new Map<string, { visits: number }>()
  return (req, res): void => {
    if (req.url === '/anonymous') return void res.end('ok')
    let id = /sid=([^;]+)/.exec(req.headers.cookie ?? '')?.[1]
    let session = id === undefined ? undefined : sessions.get(id)
    if (session === undefined) {
      id = randomUUID()
      sessions.set(id, (session = { visits: 0 }))
      res.setHeader('set-cookie', `sid=${id}; Path=/; HttpOnly; SameSite=Lax`)
    }
    if (req.url === '/changed' || session.visits === 0) session.visits++
    res.setHeader('x-visits', session.visits).end('ok')
  }
})

/**
 * `touched`: each visitor has a clock of his own, on which more than half of the idle limit has passed whenever he comes back. On
 * one for all, whoever was overtaken by others under load would come too late, and get a new session for ever after.
 */
function ours(kind: Kind, storeOf: () => Promise<object> = memoryStore): Start {
  return fsgi(async ({ reply, stack }: Core) => {
    const [{ session }, { z }, inner] = await Promise.all([
      import('@fsgi/middleware-session'),
      import('zod'),
      storeOf(),
    ])
    const counter = new Counter()
    const store = counter.around(
      inner as Record<string, unknown>,
      'create',
      'read',
      'replace',
      'rotate',
      'touch',
      'destroy',
    )
    const start = Date.now()
    const clocks = new Map<string, number>()
    let time = start
    const clock = kind === 'touched' ? { idleTimeout: 1000, now: () => time } : {}
    const withSession = session({
      schema: z.object({ visits: z.number().default(0) }),
      store: store as unknown as SessionStore,
      ...clock,
    })
    const turnClock = (cookie: string | null): void => {
      time = cookie === null ? start : (clocks.get(cookie) ?? start) + 550
      if (cookie !== null) clocks.set(cookie, time)
    }
    return stack(withSession)(async (request, context) => {
      const calls = isCounting ? { 'x-calls': String(counter.calls) } : undefined
      if (context.path === '/anonymous') return calls === undefined ? reply('ok') : reply('ok', { headers: calls })
      if (kind === 'touched') turnClock(request.headers.get('cookie'))
      const visitor = await context.session.open()
      if (isCounting) await lookUp()
      if (context.path === '/changed' || visitor.data.visits === 0) visitor.update((data) => void data.visits++)
      return reply('ok', { headers: { ...calls, 'x-visits': String(visitor.data.visits) } })
    })
  })
}

async function memoryStore(): Promise<object> {
  return (await import('@fsgi/middleware-session')).memory()
}

async function redisStore(): Promise<object> {
  const { redis } = await import('@fsgi/middleware-session/redis')
  return redis(await redisClient())
}

/** It touches its store at every request that changes nothing. */
function expressSession(storeOf?: () => Promise<ExpressStore>): Start {
  return express(async (app) => {
    const { default: session } = await import('express-session')
    const counter = new Counter()
    const store = counter.around((await storeOf?.()) ?? new session.MemoryStore(), 'get', 'set', 'touch', 'destroy')
    const withSession = session({ secret, store, resave: false, saveUninitialized: false })
    app.get('/anonymous', withSession, (_req, res) => void res.end('ok'))
    app.get(path, withSession, (req, res) => {
      const visitor = req.session as typeof req.session & { visits?: number }
      const before = visitor.visits ?? 0
      const answer = (): void => {
        if (req.path === '/changed' || before === 0) visitor.visits = before + 1
        if (isCounting) res.set('x-calls', String(counter.calls))
        res.set('x-visits', String(visitor.visits)).end('ok')
      }
      if (isCounting) void lookUp().then(answer)
      else answer()
    })
  })
}

async function connectRedis(): Promise<ExpressStore> {
  const { RedisStore } = await import('connect-redis')
  return new RedisStore({ client: await redisClient() })
}

const fastifySession: Start = fastify(async (app) => {
  const counter = new Counter()
  const { default: session, Store } = (await import('@fastify/session')) as unknown as FastifySession
  await app.register(import('@fastify/cookie'))
  const store = counter.around(new Store(), 'get', 'set', 'destroy')
  await app.register(session as never, { secret, store, saveUninitialized: false, cookie: { secure: false } } as never)
  app.get('/anonymous', (_request, reply) => reply.send('ok'))
  app.get(path, async (request, reply) => {
    const visitor = request.session as typeof request.session & { visits?: number }
    const before = visitor.visits ?? 0
    if (isCounting) await lookUp()
    if (request.url === '/changed' || before === 0) visitor.visits = before + 1
    if (isCounting) reply.header('x-calls', String(counter.calls))
    reply.header('x-visits', String(visitor.visits))
    return 'ok'
  })
})

interface FastifySession {
  readonly default: unknown
  readonly Store: new () => Record<'get' | 'set' | 'destroy', unknown>
}

/** With a store, as the others have one: by default it keeps the session in the cookie, where anybody can read it. */
function koaSession(kind: Kind): Start {
  return koa(async (app) => {
    const { default: session } = await import('koa-session')
    const counter = new Counter()
    const sessions = new Map<string, string>()
    const store = counter.around(
      {
        get: async (id: string) => JSON.parse(sessions.get(id) ?? 'null') as object | null,
        set: async (id: string, value: object) => void sessions.set(id, JSON.stringify(value)),
        destroy: async (id: string) => void sessions.delete(id),
      },
      'get',
      'set',
      'destroy',
    )
    app.keys = [secret]
    app.use(session({ store, rolling: kind === 'touched' }, app))
    app.use(async (context) => {
      context.body = 'ok'
      if (context.path === '/anonymous') return
      const visitor = context.session as unknown as { visits?: number }
      const before = visitor.visits ?? 0
      if (isCounting) await lookUp()
      if (context.path === '/changed' || before === 0) visitor.visits = before + 1
      if (isCounting) context.set('x-calls', String(counter.calls))
      context.set('x-visits', String(visitor.visits))
    })
  })
}

const honoSessions: Start = hono(async (app) => {
  const { MemoryStore, sessionMiddleware } = await import('hono-sessions')
  const counter = new Counter()
  const names = ['getSessionById', 'createSession', 'persistSessionData', 'deleteSession'] as const
  const store = counter.around(new MemoryStore(), ...names)
  app.use(sessionMiddleware({ store, expireAfterSeconds: 3600, cookieOptions: { path: '/', httpOnly: true } }) as never)
  app.get('/anonymous', (context) => context.body('ok'))
  app.get(path, async (context) => {
    const visitor = context.get('session' as never) as { get(key: string): unknown; set(key: string, to: number): void }
    const before = (visitor.get('visits') as number | null) ?? 0
    if (isCounting) await lookUp()
    const changes = context.req.path === '/changed' || before === 0
    if (changes) visitor.set('visits', before + 1)
    const calls = isCounting ? { 'x-calls': String(counter.calls) } : {}
    return context.body('ok', 200, { ...calls, 'x-visits': String(changes ? before + 1 : before) })
  })
})

const honoSession: Start = hono(async (app) => {
  const { useSession } = await import('@hono/session')
  app.use(useSession<{ visits: number }>({ secret: secret.slice(0, 32) }))
  app.get('/anonymous', (context) => context.body('ok'))
  app.get(path, async (context) => {
    const { session } = context.var as unknown as SessionEnv<{ visits: number }>['Variables']
    let visits = (await session.get())?.visits ?? 0
    if (isCounting) await lookUp()
    if (context.req.path === '/changed' || visits === 0) await session.update({ visits: ++visits })
    return context.body('ok', 200, { 'x-visits': String(visits) })
  })
})

const ironSession: Start = node(async () => {
  const { getIronSession } = await import('iron-session')
  const options = { password: secret, cookieName: 'iron', cookieOptions: { secure: false } }
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const session = await getIronSession<{ visits?: number }>(req, res, options)
    const before = session.visits ?? 0
    if (isCounting) await lookUp()
    if (req.url === '/changed' || before === 0) {
      session.visits = before + 1
      await session.save()
    }
    res.setHeader('x-visits', String(session.visits)).end('ok')
  }
  return (req, res) => void answer(req, res)
})

/** createMemorySessionStorage, and the cookie by hand and unsigned, which is less than its middleware does. */
const remixSession: Start = async () => {
  const { createMemorySessionStorage } = await import('@remix-run/session/memory-storage')
  const counter = new Counter()
  const storage = counter.around(createMemorySessionStorage(), 'read', 'save')
  return remix(async (request) => {
    const url = new URL(request.url)
    if (url.pathname === '/anonymous') return new Response('ok')
    const session = await storage.read(/sid=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? null)
    const before = (session.get('visits') as number | undefined) ?? 0
    if (isCounting) await lookUp()
    if (url.pathname === '/changed' || before === 0) session.set('visits', before + 1)
    const calls = counter.calls
    const cookie = await storage.save(session)
    const headers = new Headers({ 'x-visits': String(session.get('visits')) })
    if (isCounting) headers.set('x-calls', String(calls))
    if (cookie !== null) headers.set('set-cookie', `sid=${cookie}; Path=/; HttpOnly; SameSite=Lax`)
    return new Response('ok', { headers })
  })()
}

export function redisProgram(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, 'redis-server')).find((program) => existsSync(program))
}

/** A client of a redis-server of this process's own, whose CPU time is counted with it. */
async function redisClient() {
  const { createClient } = await import('redis')
  const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'))
  const server = createServer()
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
  server.close()
  await once(server, 'close')
  const child = spawn(redisProgram()!, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder])
  process.once('exit', () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const client = createClient({ socket: { host: '127.0.0.1', port } }).on('error', () => undefined)
  await client.connect()
  return client
}
