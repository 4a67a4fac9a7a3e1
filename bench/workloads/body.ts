import { express, fastify, fetchServers, fsgi, h3, hono, koa, node } from '../servers.ts'
import { readBody } from './node-body.ts'
import type { Readable } from 'node:stream'
import type { Part, Start, Workload } from '../workload.ts'

// 1 MB each. Every server answers with a number that shows that it has read all of it.
const line = 'A line of the text that is uploaded, with a few letters that are none of ASCII’s: äöü €.\n'
const text = line.repeat(Math.ceil(1_000_000 / Buffer.byteLength(line)))
const records = Array.from({ length: 10_000 }, (_, id) => ({
  id,
  name: `Name of number ${id}`,
  tags: ['a', 'b', 'c'],
  on: true,
}))
const json = JSON.stringify(records)
const limit = '4mb'

const answered = { 'content-type': /^text\/plain/ }
const plain = { headers: { 'content-type': 'text/plain;charset=UTF-8' } }

export const workload: Workload = {
  about: 'POST of 1 MB is read, as text, as JSON, as a stream',
  parts: {
    text: part('text/plain;charset=UTF-8', text, text.length, {
      'node:http': node(() => async (req, res) => {
        const length = String((await readBody(req)).toString().length)
        res.writeHead(200, { ...plain.headers, 'content-length': length.length }).end(length)
      }),
      fsgi: fsgi(
        ({ reply }) =>
          async (request) =>
            reply(String((await request.text()).length)),
      ),
      'fsgi (Response)': fsgi(() => async (request) => new Response(String((await request.text()).length))),
      express: express((app, express) => {
        app.post(
          '/',
          express.text({ limit }),
          (req, res) => void res.type('text').send(String((req.body as string).length)),
        )
      }),
      koa: koa(async (app) => {
        const { bodyParser } = await import('@koa/bodyparser')
        app.use(bodyParser({ enableTypes: ['text'], textLimit: limit }))
        app.use((context) => void (context.body = String((context.request.body as string).length)))
      }),
      fastify: fastify((app) => void app.post('/', (request) => String((request.body as string).length))),
      hono: hono(
        (app) => void app.post('/', async (context) => context.text(String((await context.req.text()).length))),
      ),
      h3: h3((app) => void app.post('/', async (event) => String((await event.req.text()).length))),
      ...fetchServers((Response) => async (request) => new Response(String((await request.text()).length), plain)),
    }),
    json: part('application/json', json, records.length, {
      'node:http': node(() => async (req, res) => {
        const length = String((JSON.parse((await readBody(req)).toString()) as unknown[]).length)
        res.writeHead(200, { ...plain.headers, 'content-length': length.length }).end(length)
      }),
      fsgi: fsgi(
        ({ reply }) =>
          async (request) =>
            reply(countOf(await request.json())),
      ),
      'fsgi (Response)': fsgi(() => async (request) => new Response(countOf(await request.json()))),
      express: express((app, express) => {
        app.post('/', express.json({ limit }), (req, res) => void res.type('text').send(countOf(req.body)))
      }),
      koa: koa(async (app) => {
        const { bodyParser } = await import('@koa/bodyparser')
        app.use(bodyParser({ jsonLimit: limit }))
        app.use((context) => void (context.body = countOf(context.request.body)))
      }),
      fastify: fastify((app) => void app.post('/', (request) => countOf(request.body))),
      hono: hono((app) => void app.post('/', async (context) => context.text(countOf(await context.req.json())))),
      h3: h3((app) => void app.post('/', async (event) => countOf(await event.req.json()))),
      ...fetchServers((Response) => async (request) => new Response(countOf(await request.json()), plain)),
    }),
    stream: part('application/octet-stream', text, Buffer.byteLength(text), {
      'node:http': node(() => async (req, res) => {
        const bytes = await bytesIn(req)
        res.writeHead(200, { ...plain.headers, 'content-length': bytes.length }).end(bytes)
      }),
      fsgi: fsgi(
        ({ reply }) =>
          async (request) =>
            reply(await bytesIn(request.body!)),
      ),
      'fsgi (Response)': fsgi(() => async (request) => new Response(await bytesIn(request.body!))),
      express: express((app) => {
        // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 forwards what it rejects with
        app.post('/', async (req, res) => void res.type('text').send(await bytesIn(req)))
      }),
      koa: koa((app) => void app.use(async (context) => void (context.body = await bytesIn(context.req)))),
      fastify: fastify((app) => {
        app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
        app.post('/', (request) => bytesIn(request.body as Readable))
      }),
      hono: hono((app) => {
        app.post('/', async (context) => context.text(await bytesIn(context.req.raw.body!)))
      }),
      h3: h3((app) => void app.post('/', (event) => bytesIn(event.req.body!))),
      ...fetchServers((Response) => async (request) => new Response(await bytesIn(request.body!), plain)),
    }),
  },
}

function part(type: string, body: string, answer: number, servers: Record<string, Start>): Part {
  return {
    exchange: {
      method: 'POST',
      path: '/',
      headers: { 'content-type': type },
      body: Buffer.from(body),
      answer: { status: 200, body: String(answer), headers: answered },
    },
    servers,
    connections: 8,
  }
}

function countOf(value: unknown): string {
  return String((value as unknown[]).length)
}

async function bytesIn(stream: Readable | ReadableStream<Uint8Array>): Promise<string> {
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) bytes += chunk.byteLength
  return String(bytes)
}
