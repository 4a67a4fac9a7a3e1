import { reply } from '@fsgi/core'
import { expected, textOf } from './expected.ts'
import { sourceOf } from './source.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './case.ts'

const at = (path: string): string => `http://localhost/conformance/${path}`

/** The head of a response comes back as the app below has made it. */
export const answerCases: readonly MiddlewareCase[] = [
  {
    id: 'status',
    rules: ['M3'],
    title: 'M3: status, reason and unknown fields come back as the app gave them',
    async run({ send }) {
      for (const status of [200, 201, 299, 400, 404, 418, 500, 599]) {
        const app: App = () =>
          reply('x', { status, statusText: 'Said So', headers: { 'x-unknown': 'a, b', 'x-empty': '' } })
        const { response } = await send(app, new Request(at('status')))
        const { headers } = response
        expected(
          'the head',
          [response.status, response.statusText, headers.get('x-unknown'), headers.get('x-empty')],
          [status, 'Said So', 'a, b', ''],
        )
      }
    },
  },
  {
    id: 'set-cookie',
    rules: ['M9'],
    title: 'M9: several set-cookie lines stay several, in order',
    async run({ send }) {
      const lines = ['a=1; Path=/', 'b=2; Expires=Wed, 21 Oct 2037 07:28:00 GMT', 'a=3']
      const headers = lines.map((line) => ['set-cookie', line] as [string, string])
      const { response } = await send(() => reply('x', { headers }), new Request(at('set-cookie')))
      const seen = response.headers.getSetCookie()
      const kept = seen.filter((line) => lines.includes(line))
      expected(`the lines of the app among ${JSON.stringify(seen)}`, kept, lines)
    },
  },
  {
    id: 'immutable',
    rules: ['M9'],
    title: 'M9: a response with immutable headers passes',
    async run({ send }) {
      const app: App = () => Response.redirect('http://localhost/next', 307)
      const { response } = await send(app, new Request(at('immutable')))
      const { status, headers } = response
      expected('the redirect', [status, headers.get('location')], [307, 'http://localhost/next'])
    },
  },
  {
    id: 'bodyless',
    rules: ['M11'],
    title: 'M11: 204, 205, 304, an empty 200 and an answer to HEAD without a body get none',
    async run({ wrap, exchange }) {
      const answers = [
        ...[204, 205, 304, 200].map((status) => ({ method: 'GET', status, length: null })),
        { method: 'HEAD', status: 200, length: '1234' },
      ]
      for (const { method, status, length } of answers) {
        let body: unknown
        const headers = { etag: '"x"', 'x-unknown': '1', ...(length !== null && { 'content-length': length }) }
        const app = wrap(
          () => reply(null, { status, headers }),
          (middleware) => async (request, context) => {
            const response = await middleware(request, context)
            body = response.body === null ? null : 'a body'
            return response
          },
        )
        const { response } = await exchange(app, new Request(at('bodyless'), { method }))
        const seen = [response.status, body, response.headers.get('x-unknown')]
        expected(`the answer to ${method}: status, body, field`, seen, [status, null, '1'])
        if (length !== null) expected('content-length', response.headers.get('content-length'), length)
      }
    },
  },
  {
    id: 'head',
    rules: ['M11', 'S24'],
    title: 'M11: a body that the app below gives for HEAD is not read, and given up',
    async run({ send, waitFor }) {
      const { body, pulled, released } = sourceOf(200, () => new Uint8Array(1024).fill(97))
      const headers = { 'content-type': 'application/octet-stream', 'x-unknown': '1' }
      const request = new Request(at('head'), { method: 'HEAD' })
      const { response, ended } = await send(() => new Response(body, { headers }), request)
      expected('the head', [response.status, response.headers.get('x-unknown')], [200, '1'])
      await waitFor('the end of an exchange', ended)
      expected(`that no more than a chunk was read (${pulled()})`, pulled() <= 1, true)
      expected('whether the body was given up', released(), true)
    },
  },
  {
    id: 'released',
    rules: ['M6'],
    title: 'M6: a body from below is read to its end or cancelled, whatever the middleware makes of the response',
    async run({ send, waitFor }) {
      const etag = '"v1"'
      const modified = 'Wed, 21 Oct 2015 07:28:00 GMT'
      const asked: readonly (readonly [method: string, fields: Record<string, string>, status: number])[] = [
        ...[200, 201, 403, 404, 500, 503].map((status) => ['GET', {}, status] as const),
        ['GET', { 'if-none-match': etag }, 200],
        ['GET', { 'if-modified-since': modified }, 200],
        ['GET', { range: 'bytes=0-1' }, 200],
        ['GET', { 'accept-encoding': 'br, gzip, zstd' }, 200],
        ['HEAD', {}, 200],
        ['HEAD', { 'if-none-match': etag }, 200],
        ['POST', {}, 422],
      ]
      for (const [method, fields, status] of asked) {
        const source = sourceOf(3, () => new TextEncoder().encode('<p>text</p>'))
        const headers = { 'content-type': 'text/html; charset=utf-8', etag, 'last-modified': modified }
        const app: App = () => new Response(source.body, { status, headers })
        const { response, ended } = await send(app, new Request(at('released'), { method, headers: fields }))
        await waitFor('the end of a body', textOf(response))
        await waitFor('the end of an exchange', ended)
        const what = `${method} ${JSON.stringify(fields)}, answered with ${status} below and ${response.status} above`
        expected(`whether the body was read or cancelled (${what})`, source.released(), true)
      }
    },
  },
]
