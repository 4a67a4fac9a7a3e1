// How each server is started: as its own documentation says, with what production wants (NODE_ENV=production is set for all).
// Each loads its package when it starts, so that a process has only what it measures.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type * as core from '@fsgi/core'
import type { App } from '@fsgi/core'
import type expressModule from 'express'
import type { Express } from 'express'
import type { FastifyInstance } from 'fastify'
import type * as h3Module from 'h3'
import type { H3 } from 'h3'
import type { Hono } from 'hono'
import type Koa from 'koa'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerMiddleware } from 'srvx'
import type { Start } from './workload.ts'

type Built<T> = T | Promise<T>
export type Core = typeof core
/** What every server that takes a plain fetch handler is given. */
export type FetchHandler = (request: Request) => Built<Response>

const host = '127.0.0.1'

export function node(listener: () => Built<RequestListener>): Start {
  return async () => listening(createServer(await listener()))
}

/** Ours. `build` is given core, whose `reply` its README recommends. */
export function fsgi(build: (core: Core) => Built<App>): Start {
  return async () => {
    const [{ serve }, core] = await Promise.all([import('@fsgi/server-node'), import('@fsgi/core')])
    return (await serve(await build(core), { port: 0 })).port!
  }
}

export function express(build: (app: Express, module: typeof expressModule) => Built<void>): Start {
  return async () => {
    const { default: express } = await import('express')
    const app = express().disable('x-powered-by')
    await build(app, express)
    return listening(createServer(app))
  }
}

export function koa(build: (app: Koa) => Built<void>): Start {
  return async () => {
    const { default: Koa } = await import('koa')
    const app = new Koa()
    await build(app)
    const listener = app.callback()
    return listening(createServer((req, res) => void listener(req, res)))
  }
}

export function fastify(build: (app: FastifyInstance) => Built<void>): Start {
  return async () => {
    const { fastify } = await import('fastify')
    const app = fastify({ bodyLimit: 4 << 20 }) // the default, 1 MiB, is less than some uploads here
    await build(app)
    await app.listen({ port: 0, host })
    return (app.server.address() as AddressInfo).port
  }
}

export function hono(build: (app: Hono) => Built<void>): Start {
  return async () => {
    const [{ Hono }, { serve }] = await Promise.all([import('hono'), import('@hono/node-server')])
    const app = new Hono()
    await build(app)
    return new Promise((resolve) => serve({ fetch: app.fetch, port: 0, hostname: host }, ({ port }) => resolve(port)))
  }
}

export function h3(build: (app: H3, module: typeof h3Module) => Built<void>): Start {
  return async () => {
    const module = await import('h3')
    const app = new module.H3()
    await build(app, module)
    return portOf(module.serve(app, { port: 0, hostname: host, silent: true }))
  }
}

export function srvx(handler: FetchHandler, middleware: ServerMiddleware[] = []): Start {
  return async () => {
    const { serve } = await import('srvx')
    return portOf(serve({ fetch: handler, middleware, port: 0, hostname: host, silent: true }))
  }
}

/** srvx with its own class in the place of Response. */
export function srvxFast(
  build: (Response: typeof globalThis.Response) => FetchHandler,
  middleware: ServerMiddleware[] = [],
): Start {
  return async () => srvx(build((await import('srvx')).FastResponse), middleware)()
}

export function remix(handler: FetchHandler): Start {
  return async () =>
    listening(createServer((await import('@remix-run/node-fetch-server')).createRequestListener(handler)))
}

export function whatwg(handler: FetchHandler): Start {
  return async () => {
    const adapter = (await import('@whatwg-node/server')).createServerAdapter(handler)
    return listening(createServer((req, res) => void adapter(req, res)))
  }
}

export function universal(handler: FetchHandler): Start {
  return async () => {
    const { createHandler } = await import('@universal-middleware/express')
    const listener = createHandler(() => handler)()
    return listening(createServer((req, res) => void listener(req, res)))
  }
}

/** Those that take the same fetch handler, which is given the class to answer with. */
export function fetchServers(build: (Response: typeof globalThis.Response) => FetchHandler): Record<string, Start> {
  const handler = build(Response)
  return {
    srvx: srvx(handler),
    'srvx (FastResponse)': srvxFast(build),
    '@remix-run/node-fetch-server': remix(handler),
    '@whatwg-node/server': whatwg(handler),
    '@universal-middleware': universal(handler),
  }
}

export function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port))
  })
}

async function portOf(server: { ready(): Promise<unknown>; url?: string | undefined }): Promise<number> {
  await server.ready()
  return Number(new URL(server.url!).port)
}

/** nginx with one worker, as Debian builds it; `site` gives what its `server` block has besides `listen`. */
export function nginx(site: () => string): Start {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-nginx-'))
    const port = await freePort()
    const configuration = join(folder, 'nginx.conf')
    writeFileSync(configuration, nginxConfiguration(folder, port, site()))
    const child = spawn(nginxProgram()!, ['-p', folder, '-c', configuration, '-e', 'stderr'], { stdio: 'inherit' })
    process.once('exit', () => {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    })
    const ended = once(child, 'exit').then(() => {
      throw new Error('nginx does not start')
    })
    while (!(await Promise.race([isListening(port), ended]))) await sleep(20)
    return port
  }
}

/** Where it is installed; Debian has it where only root looks for programs. */
export function nginxProgram(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path))
}

// The number of requests of a connection is not limited, as with all others.
function nginxConfiguration(folder: string, port: number, site: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000000;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server {
    listen ${host}:${port};
    ${site}
  }
}
`
}

export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  server.close()
  await once(server, 'close')
  return port
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    const end = (listens: boolean): void => {
      socket.destroy()
      resolve(listens)
    }
    socket.on('connect', () => end(true)).on('error', () => end(false))
  })
}
