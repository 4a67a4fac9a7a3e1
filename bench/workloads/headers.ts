import { express, fastify, fetchServers, fsgi, h3, hono, koa, node } from '../servers.ts'
import type { Workload } from '../workload.ts'

// What Chrome sends with a navigation: with Host, 15 fields.
const browser = {
  'sec-ch-ua': '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'upgrade-insecure-requests': '1',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-user': '?1',
  'sec-fetch-dest': 'document',
  referer: 'http://127.0.0.1/articles?page=2',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9,de;q=0.8',
  cookie: 'theme=dark; sid=7d8f0c5b9e2a41c6b3f1; consent=yes',
}

// 10 fields and 2 cookies.
const fields: Record<string, string> = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'private, no-cache',
  etag: '"5f2b-61a8c0d2"',
  vary: 'Cookie, Accept-Language',
  'content-language': 'en-GB',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'content-security-policy': "default-src 'self'; img-src 'self' data:",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
}
const cookies = ['sid=7d8f0c5b9e2a41c6b3f1; Path=/; HttpOnly; SameSite=Lax', 'theme=dark; Path=/; Max-Age=31536000']
const pairs: [string, string][] = [
  ...Object.entries(fields),
  ...cookies.map((cookie): [string, string] => ['set-cookie', cookie]),
]

/** What every server answers, from the two fields that it reads. */
const greeting = (cookie: string | null | undefined, language: string | null | undefined): string =>
  `${/(?:^|; )sid=([^;]+)/.exec(cookie ?? '')?.[1]} ${language?.split(',')[0]}`

const ofRequest = ({ headers }: Request): string => greeting(headers.get('cookie'), headers.get('accept-language'))

export const workload: Workload = {
  about: "a browser's 15 header fields, of which the app reads two; 10 fields and 2 cookies come back",
  parts: {
    '': {
      exchange: {
        path: '/articles/17',
        headers: browser,
        answer: {
          status: 200,
          body: '7d8f0c5b9e2a41c6b3f1 en-GB',
          headers: { ...fields, 'set-cookie': cookies.join(',') },
        },
      },
      servers: {
        'node:http': node(() => (req, res) => {
          const text = greeting(req.headers.cookie, req.headers['accept-language'])
          res.writeHead(200, { ...fields, 'set-cookie': cookies, 'content-length': Buffer.byteLength(text) }).end(text)
        }),
        'node:http + Request': node(() => (req, res) => {
          const request = new Request(`http://${req.headers.host}${req.url}`)
          for (let i = 0; i < req.rawHeaders.length; i += 2) {
            if (req.rawHeaders[i] !== 'Connection') request.headers.append(req.rawHeaders[i]!, req.rawHeaders[i + 1]!)
          }
          const text = ofRequest(request)
          res.writeHead(200, { ...fields, 'set-cookie': cookies, 'content-length': Buffer.byteLength(text) }).end(text)
        }),
        fsgi: fsgi(
          ({ reply }) =>
            (request) =>
              reply(ofRequest(request), { headers: pairs }),
        ),
        'fsgi (Response)': fsgi(() => (request) => new Response(ofRequest(request), { headers: pairs })),
        express: express((app) => {
          app.get('/articles/:id', (req, res) => {
            res.set(fields)
            for (const cookie of cookies) res.append('set-cookie', cookie)
            res.send(greeting(req.get('cookie'), req.get('accept-language')))
          })
        }),
        koa: koa((app) => {
          app.use((context) => {
            context.set(fields)
            for (const cookie of cookies) context.append('set-cookie', cookie)
            context.body = greeting(context.get('cookie'), context.get('accept-language'))
          })
        }),
        fastify: fastify((app) => {
          app.get('/articles/:id', (request, reply) => {
            reply.headers(fields)
            for (const cookie of cookies) reply.header('set-cookie', cookie)
            return greeting(request.headers.cookie, request.headers['accept-language'])
          })
        }),
        hono: hono((app) => {
          app.get('/articles/:id', (context) => {
            for (const [name, value] of Object.entries(fields)) context.header(name, value)
            for (const cookie of cookies) context.header('set-cookie', cookie, { append: true })
            return context.body(greeting(context.req.header('cookie'), context.req.header('accept-language')))
          })
        }),
        h3: h3((app) => {
          app.get('/articles/:id', ({ req, res }) => {
            for (const [name, value] of Object.entries(fields)) res.headers.set(name, value)
            for (const cookie of cookies) res.headers.append('set-cookie', cookie)
            return greeting(req.headers.get('cookie'), req.headers.get('accept-language'))
          })
        }),
        ...fetchServers((Response) => (request) => new Response(ofRequest(request), { headers: pairs })),
      },
    },
  },
}
