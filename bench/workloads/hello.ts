import { express, fastify, fetchServers, fsgi, h3, hono, koa, node } from '../servers.ts'
import type { Workload } from '../workload.ts'

const text = 'hello'

export const workload: Workload = {
  about: 'GET / is answered with 5 bytes of text',
  parts: {
    '': {
      exchange: { path: '/', answer: { status: 200, body: text, headers: { 'content-type': /^text\/plain/ } } },
      servers: {
        'node:http': node(() => (_req, res) => {
          res.writeHead(200, { 'content-type': 'text/plain;charset=UTF-8', 'content-length': 5 }).end(text)
        }),
        // What nobody who hands out genuine Requests on node:http can be below.
        'node:http + Request': node(() => (req, res) => {
          const { headers } = new Request(`http://${req.headers.host}${req.url}`)
          for (let i = 0; i < req.rawHeaders.length; i += 2) headers.append(req.rawHeaders[i]!, req.rawHeaders[i + 1]!)
          res.writeHead(200, { 'content-type': 'text/plain;charset=UTF-8', 'content-length': 5 }).end(text)
        }),
        fsgi: fsgi(
          ({ reply }) =>
            () =>
              reply(text),
        ),
        'fsgi (Response)': fsgi(() => () => new Response(text)),
        express: express((app) => void app.get('/', (_req, res) => void res.type('text').send(text))),
        koa: koa((app) => void app.use((context) => void (context.body = text))),
        fastify: fastify((app) => void app.get('/', () => text)),
        hono: hono((app) => void app.get('/', (context) => context.text(text))),
        h3: h3((app) => void app.get('/', () => text)),
        ...fetchServers((Response) => () => new Response(text)),
      },
    },
  },
}
