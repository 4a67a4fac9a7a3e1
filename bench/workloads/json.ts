import { express, fastify, fetchServers, fsgi, h3, hono, koa, node } from '../servers.ts'
import { readBody } from './node-body.ts'
import type { Workload } from '../workload.ts'

interface Order {
  readonly id: number
  readonly items: readonly { readonly sku: string; readonly name: string; readonly cents: number }[]
}

// 1 KB as JSON, and so is the answer.
const order: Order = {
  id: 4711,
  items: Array.from({ length: 16 }, (_, i) => ({ sku: `SKU-${1000 + i}`, name: `Thing № ${i} of many`, cents: 1999 })),
}

/** What every server does with the parsed body. */
const confirm = ({ id, items }: Order): object => ({
  confirmed: id,
  cents: items.reduce((sum, { cents }) => sum + cents, 0),
  items,
})

const type = { 'content-type': 'application/json' }

export const workload: Workload = {
  about: 'POST of 1 KB of JSON is parsed and answered with 1 KB of JSON',
  parts: {
    '': {
      exchange: {
        method: 'POST',
        path: '/',
        headers: type,
        body: Buffer.from(JSON.stringify(order)),
        answer: {
          status: 200,
          body: JSON.stringify(confirm(order)),
          headers: { 'content-type': /^application\/json/ },
        },
      },
      servers: {
        'node:http': node(() => async (req, res) => {
          const text = JSON.stringify(confirm(JSON.parse((await readBody(req)).toString()) as Order))
          res.writeHead(200, { ...type, 'content-length': Buffer.byteLength(text) }).end(text)
        }),
        // With a genuine Request, its fields and a stream for its content, which is then read past it.
        'node:http + Request': node(() => async (req, res) => {
          const body = new ReadableStream({ type: 'bytes', pull: () => {} })
          const init = { method: 'POST', body, duplex: 'half' } as RequestInit
          const { headers } = new Request(`http://${req.headers.host}${req.url}`, init)
          for (let i = 0; i < req.rawHeaders.length; i += 2) headers.append(req.rawHeaders[i]!, req.rawHeaders[i + 1]!)
          const text = JSON.stringify(confirm(JSON.parse((await readBody(req)).toString()) as Order))
          res.writeHead(200, { ...type, 'content-length': Buffer.byteLength(text) }).end(text)
        }),
        fsgi: fsgi(
          ({ reply }) =>
            async (request) =>
              reply.json(confirm((await request.json()) as Order)),
        ),
        'fsgi (Response)': fsgi(() => async (request) => Response.json(confirm((await request.json()) as Order))),
        express: express((app, { json }) => {
          app.post('/', json(), (req, res) => void res.json(confirm(req.body as Order)))
        }),
        koa: koa(async (app) => {
          const { bodyParser } = await import('@koa/bodyparser')
          app.use(bodyParser()).use((context) => void (context.body = confirm(context.request.body as Order)))
        }),
        fastify: fastify((app) => void app.post('/', (request) => confirm(request.body as Order))),
        hono: hono((app) => void app.post('/', async (context) => context.json(confirm(await context.req.json())))),
        h3: h3((app) => void app.post('/', async (event) => confirm((await event.req.json()) as Order))),
        ...fetchServers((Response) => async (request) => {
          const answer = confirm((await request.json()) as Order)
          return new Response(JSON.stringify(answer), { headers: type })
        }),
      },
    },
  },
}
