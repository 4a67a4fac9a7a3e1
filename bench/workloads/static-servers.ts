// Who serves files, each on its own framework, with its defaults. Each answers 404 with the same text.
import { fastify, fsgi, hono, koa, nginx, nginxProgram, node, srvx } from '../servers.ts'
import { folder } from './static-files.ts'
import type { Part, Start } from '../workload.ts'

export const notFound = 'Not Found'

export interface StaticServerOptions {
  /** Who does not take part, because it lacks what is asked for. */
  readonly without?: readonly string[]
  /** Whether `app.js.gz` is sent for `app.js`. */
  readonly precompressed?: boolean
}

/** The servers of a part; `byHand` is the one that the others are compared with. */
export function staticServers(byHand: Start, { without = [], precompressed = false }: StaticServerOptions = {}) {
  const all: Part['servers'] = {
    'node:http': byHand,
    fsgi: fsgi(async ({ reply, stack }) => {
      const { serveStatic } = await import('@fsgi/middleware-static')
      return stack(serveStatic(folder(), { precompressed }))(() => reply(notFound, { status: 404 }))
    }),
    sirv: node(async () => {
      const { default: sirv } = await import('sirv')
      const serve = sirv(folder(), { etag: true, gzip: precompressed })
      return (req, res) => serve(req, res, () => void res.writeHead(404).end(notFound))
    }),
    'serve-static': node(async () => {
      const { default: serveStatic } = await import('serve-static')
      const serve = serveStatic(folder())
      return (req, res) => void serve(req, res, () => void res.writeHead(404).end(notFound))
    }),
    '@fastify/static': fastify(async (app) => {
      await app.register(import('@fastify/static'), { root: folder(), preCompressed: precompressed })
      app.setNotFoundHandler((_request, reply) => reply.code(404).send(notFound))
    }),
    'koa-static': koa(async (app) => {
      const { default: serve } = await import('koa-static')
      app.use(serve(folder(), { gzip: precompressed, brotli: precompressed }))
      app.use((context) => {
        context.status = 404
        context.body = notFound
      })
    }),
    hono: hono(async (app) => {
      const { serveStatic } = await import('@hono/node-server/serve-static')
      app.use(serveStatic({ root: folder(), precompressed }))
      app.notFound((context) => context.text(notFound, 404))
    }),
    srvx: async () => {
      const { staticMiddleware } = await import('srvx/static')
      const serve = staticMiddleware({ dir: folder(), encodings: precompressed })
      return srvx(() => new Response(notFound, { status: 404 }), [serve])()
    },
    ...(nginxProgram() !== undefined && { nginx: nginx(site(precompressed)) }),
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)))
}

function site(precompressed: boolean): () => string {
  return () => `
    types { text/html html; text/css css; text/javascript js; video/mp4 mp4; }
    sendfile on;
    tcp_nopush on;
    ${precompressed ? 'gzip_static on; gzip_vary on;' : ''}
    root ${folder()};
    error_page 404 @none;
    location @none { default_type text/plain; return 404 "${notFound}"; }`
}
