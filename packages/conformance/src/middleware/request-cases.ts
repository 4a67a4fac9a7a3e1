import { reply } from '@fsgi/core'
import { expected } from './expected.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './case.ts'

const url = 'http://localhost/conformance/request.of%20it?a=1&b=%2F'

/** What does not concern a middleware reaches the app below as it is. */
export const requestCases: readonly MiddlewareCase[] = [
  {
    id: 'request',
    rules: ['M2', 'M3'],
    title: 'M2, M3: the app below gets the request as it was sent',
    async run({ send }) {
      for (const method of ['GET', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'PROPFIND']) {
        const sent = method === 'GET' || method === 'OPTIONS' ? null : 'sent'
        const headers = {
          'x-unknown': 'a, b',
          cookie: 'x=1; y=2',
          ...(sent !== null && { 'content-type': 'text/plain' }),
        }
        let seen: unknown
        const app: App = async (request) => {
          const { headers } = request
          seen = [
            request instanceof Request,
            request.method,
            request.url,
            headers.get('x-unknown'),
            headers.get('cookie'),
            headers.get('content-type'),
            request.body === null ? null : await request.text(),
          ]
          return reply('ok')
        }
        await send(app, new Request(url, { method, headers, body: sent }))
        const type = sent === null ? null : 'text/plain'
        expected(`the request seen below for ${method}`, seen, [true, method, url, 'a, b', 'x=1; y=2', type, sent])
      }
    },
  },
  {
    id: 'forwarded',
    rules: ['M15', 'S3'],
    title: 'M15: what a client says of its address and scheme is not believed',
    async run({ send }) {
      const headers = {
        forwarded: 'for=192.0.2.1;proto=https;host=evil.example',
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-real-ip': '192.0.2.1',
      }
      let seen: unknown
      const app: App = (request, { remoteAddress, peerAddress, encrypted }) => {
        seen = [request.url, remoteAddress?.address, peerAddress?.address, encrypted]
        return reply('ok')
      }
      const peerAddress = { address: '198.51.100.7', port: 1234, family: 'IPv4' } as const
      await send(app, new Request(url, { headers }), { peerAddress })
      expected('URL, addresses and encryption', seen, [url, '198.51.100.7', '198.51.100.7', false])
    },
  },
  {
    id: 'once',
    rules: ['M21'],
    title: 'M21: the app below is called once for a request, whatever it answers',
    async run({ send }) {
      const answers: App[] = [200, 404, 429, 500, 503].map((status) => () => reply('x', { status }))
      answers.push(() => Promise.reject(new Error('from below')))
      for (const answer of answers) {
        for (const method of ['GET', 'POST']) {
          let calls = 0
          const app: App = (request, context) => (calls++, answer(request, context))
          const { response } = await send(app, new Request(url, { method }))
          expected(`the calls for a ${method} that is answered with ${response.status}`, calls, 1)
        }
      }
    },
  },
]
