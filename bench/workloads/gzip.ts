import { createGzip, gzip, gzipSync } from 'node:zlib'
import { express, fastify, fsgi, hono, koa, node, remix, universal } from '../servers.ts'
import type { Part, Workload } from '../workload.ts'

// JSON of several sizes and a stream of text, for a client that takes gzip. All at level 6, else with their defaults.
// node:zlib is done by hand on node:http, with nothing that is not needed: the least that this can cost. At 1 MB it keeps all others
// waiting for 13 ms meanwhile, so there is the least of what does not, too.
const level = 6
const json = { 'content-type': 'application/json' }
const text = { 'content-type': 'text/plain; charset=utf-8' }

export const workload: Workload = {
  about: 'JSON of 1 KB to 1 MB and a stream of 20 chunks are gzipped; known content again and again; connections',
  base: 'node:zlib',
  parts: {
    '1KB': known(jsonOf(1024)),
    '10KB': known(jsonOf(10_240)),
    '100KB': { ...known(jsonOf(102_400)), connections: 8 },
    '1MB': { ...large(jsonOf(1_048_576)), connections: 4, seconds: 2 },
    stream: streamed(20),
    'cache-hot': kept(jsonOf(10_240), () => '"v1"'),
    'cache-cold': kept(jsonOf(10_240), (request) => `"v${request}"`),
    '10KB-1-connection': { ...known(jsonOf(10_240)), connections: 1 },
    '10KB-10-connections': { ...known(jsonOf(10_240)), connections: 10 },
    '10KB-100-connections': { ...known(jsonOf(10_240)), connections: 100 },
  },
}

/** A list of items as JSON, of `bytes` bytes or somewhat more. */
function jsonOf(bytes: number): string {
  const items: object[] = []
  for (let id = 0, length = 0; length < bytes; id++) {
    const item = { id, name: `Item number ${id}`, price: (id * 7919) % 10_000, tags: ['new', `shelf-${id % 7}`] }
    items.push(item)
    length += JSON.stringify(item).length + 1
  }
  return JSON.stringify(items)
}

function exchange(body: string, headers: Record<string, string | RegExp>): Part['exchange'] {
  const all = { 'content-encoding': 'gzip', ...headers }
  return { path: '/', headers: { 'accept-encoding': 'gzip' }, answer: { status: 200, body, headers: all } }
}

function known(body: string): Part {
  return {
    exchange: exchange(body, { 'content-type': /^application\/json/ }),
    servers: {
      'node:zlib': byHand(body),
      fsgi: fsgi(async ({ reply, stack }) => {
        const { gzip } = await import('@fsgi/middleware-gzip')
        return stack(gzip())(() => reply(body, { headers: json }))
      }),
      'fsgi (Response)': fsgi(async ({ stack }) => {
        const { gzip } = await import('@fsgi/middleware-gzip')
        return stack(gzip())(() => new Response(body, { headers: json }))
      }),
      compression: express(async (app) => {
        const { default: compression } = await import('compression')
        app.use(compression({ level }))
        app.get('/', (_req, res) => void res.set(json).send(body))
      }),
      '@fastify/compress': fastify(async (app) => {
        await app.register(import('@fastify/compress'), { zlibOptions: { level } })
        app.get('/', (_request, reply) => reply.headers(json).send(body))
      }),
      'koa-compress': koa(async (app) => {
        const { default: compress } = await import('koa-compress')
        app.use(compress({ gzip: { level } }))
        app.use((context) => {
          context.set(json)
          context.body = body
        })
      }),
      'hono/compress': hono(async (app) => {
        const { compress } = await import('hono/compress')
        app.use(compress())
        app.get('/', (context) => context.body(body, 200, json))
      }),
      ...fetchPeers(() => new Response(body, { headers: json })),
    },
  }
}

function streamed(count: number): Part {
  const line = jsonOf(1000)
  const chunk = new TextEncoder().encode(line)
  return {
    exchange: exchange(line.repeat(count), { 'content-type': /^text\/plain/ }),
    servers: {
      'node:zlib': node(() => (_req, res) => {
        res.writeHead(200, { ...text, 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
        const gzip = createGzip({ level })
        gzip.on('data', (coded: Buffer) => res.write(coded))
        gzip.on('end', () => res.end())
        for (const chunk of chunks()) gzip.write(chunk)
        gzip.end()
      }),
      fsgi: fsgi(async ({ stack }) => {
        const { gzip } = await import('@fsgi/middleware-gzip')
        return stack(gzip())(() => new Response(webStream(), { headers: text }))
      }),
      compression: express(async (app) => {
        const [{ default: compression }, { Readable }] = await Promise.all([
          import('compression'),
          import('node:stream'),
        ])
        app.use(compression({ level }))
        app.get('/', (_req, res) => void Readable.from(chunks()).pipe(res.set(text)))
      }),
      '@fastify/compress': fastify(async (app) => {
        const { Readable } = await import('node:stream')
        await app.register(import('@fastify/compress'), { zlibOptions: { level } })
        app.get('/', (_request, reply) => reply.headers(text).send(Readable.from(chunks())))
      }),
      'koa-compress': koa(async (app) => {
        const [{ default: compress }, { Readable }] = await Promise.all([import('koa-compress'), import('node:stream')])
        app.use(compress({ gzip: { level } }))
        app.use((context) => {
          context.set(text)
          context.body = Readable.from(chunks())
        })
      }),
      'hono/compress': hono(async (app) => {
        const { compress } = await import('hono/compress')
        app.use(compress())
        app.get('/', (context) => context.body(webStream(), 200, text))
      }),
      ...fetchPeers(() => new Response(webStream(), { headers: text })),
    },
  }

  function* chunks(): Generator<Uint8Array> {
    for (let i = 0; i < count; i++) yield chunk
  }

  function webStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let left = count
    return new ReadableStream({
      pull(controller) {
        controller.enqueue(chunk)
        if (--left === 0) controller.close()
      },
    })
  }
}

/** Content with an ETag, and a cache for what was coded, which no peer has. */
function kept(body: string, etag: (request: number) => string): Part {
  return {
    exchange: exchange(body, { 'content-type': /^application\/json/ }),
    servers: {
      'node:zlib': byHand(body),
      fsgi: fsgi(async ({ reply, stack }) => {
        const { gzip } = await import('@fsgi/middleware-gzip')
        let requests = 0
        return stack(gzip({ cache: 16 << 20 }))(() => reply(body, { headers: { ...json, etag: etag(requests++) } }))
      }),
    },
  }
}

/** Content that takes too long to be coded while all others wait. */
function large(body: string): Part {
  const { exchange, servers } = known(body)
  return {
    exchange,
    servers: { 'node:zlib': servers['node:zlib']!, 'node:zlib (threads)': inThreads(body), ...servers },
  }
}

function inThreads(body: string): Part['servers'][string] {
  return node(() => (_req, res) => {
    gzip(body, { level }, (error, coded) => {
      if (error !== null) throw error
      res.writeHead(200, codedHead(coded)).end(coded)
    })
  })
}

function byHand(body: string): Part['servers'][string] {
  return node(() => (_req, res) => {
    const coded = gzipSync(body, { level })
    res.writeHead(200, codedHead(coded)).end(coded)
  })
}

function codedHead(coded: Uint8Array): Record<string, string | number> {
  return { ...json, 'content-encoding': 'gzip', vary: 'Accept-Encoding', 'content-length': coded.byteLength }
}

/** Both have level 6 as their default. */
function fetchPeers(respond: () => Response): Part['servers'] {
  return {
    '@universal-middleware/compress': async () => {
      const [{ pipe }, { default: compress }] = await Promise.all([
        import('@universal-middleware/core'),
        import('@universal-middleware/compress'),
      ])
      return universal(pipe(compress(), respond) as () => Promise<Response>)()
    },
    '@remix-run/compression-middleware': async () => {
      const [{ createRouter }, { compression }] = await Promise.all([
        import('@remix-run/fetch-router'),
        import('@remix-run/compression-middleware'),
      ])
      const router = createRouter({ middleware: [compression()] })
      router.get('/', respond)
      return remix((request) => router.fetch(request))()
    },
  }
}
