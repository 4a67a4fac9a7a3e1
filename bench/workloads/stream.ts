import { once } from 'node:events'
import { Readable } from 'node:stream'
import { express, fastify, fetchServers, fsgi, h3, hono, koa, node } from '../servers.ts'
import type { ServerResponse } from 'node:http'
import type { Workload } from '../workload.ts'

const count = 100
const text = `${'x'.repeat(1023)}\n`
const chunk = new TextEncoder().encode(text)
const type = { 'content-type': 'application/octet-stream' }

export const workload: Workload = {
  about: 'GET / is answered with a stream of 100 chunks of 1 KB',
  parts: {
    '': {
      exchange: {
        path: '/',
        answer: { status: 200, body: text.repeat(count), headers: type, absent: ['content-length'] },
      },
      servers: {
        'node:http': node(() => async (_req, res) => {
          res.writeHead(200, type)
          await writeChunks(res)
        }),
        fsgi: fsgi(() => () => new Response(webStream(), { headers: type })),
        express: express((app) => {
          app.get('/', async (_req, res) => {
            res.set(type)
            await writeChunks(res)
          })
        }),
        koa: koa((app) => {
          app.use((context) => {
            context.set(type)
            context.body = Readable.from(chunks())
          })
        }),
        fastify: fastify((app) => {
          app.get('/', (_request, reply) => reply.headers(type).send(Readable.from(chunks())))
        }),
        hono: hono(async (app) => {
          const { stream } = await import('hono/streaming')
          app.get('/', (context) => {
            for (const [name, value] of Object.entries(type)) context.header(name, value)
            return stream(context, async (out) => {
              for (const chunk of chunks()) await out.write(chunk)
            })
          })
        }),
        h3: h3((app) => {
          app.get('/', (event) => {
            for (const [name, value] of Object.entries(type)) event.res.headers.set(name, value)
            return webStream()
          })
        }),
        ...fetchServers((Response) => () => new Response(webStream(), { headers: type })),
      },
    },
  },
}

function* chunks(): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) yield chunk
}

async function writeChunks(response: ServerResponse): Promise<void> {
  for (const chunk of chunks()) if (!response.write(chunk)) await once(response, 'drain')
  response.end()
}

function webStream(): ReadableStream<Uint8Array> {
  let left = count
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(chunk)
      if (--left === 0) controller.close()
    },
  })
}
