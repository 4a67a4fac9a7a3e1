import { mount, reply, withMount } from '@fsgi/core'
import { clean, expected, textOf } from './expected.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './cases.ts'

const url = 'http://localhost/conformance/none.of%20it?a=1&b=%2F'

/** What does not concern a middleware passes through it as it is. */
export const passThroughCases: readonly MiddlewareCase[] = [
  {
    id: 'request',
    rules: ['M2', 'M3'],
    title: 'M2, M3: the app below gets the request as it was sent',
    async run({ send }) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'PROPFIND']) {
        let seen: unknown
        const app: App = async (request) => {
          seen = [
            request instanceof Request,
            request.method,
            request.url,
            request.headers.get('x-unknown'),
            await request.text(),
          ]
          return reply('ok')
        }
        const sent = new Request(url, {
          method,
          headers: { 'x-unknown': 'a, b', 'content-type': 'text/plain' },
          body: 'sent',
        })
        const { findings } = await send(app, sent)
        expected(`the request seen below for ${method}`, seen, [true, method, url, 'a, b', 'sent'])
        clean(findings)
      }
    },
  },
  {
    id: 'context',
    rules: ['M2', 'M4'],
    title: 'M2, M4: the app below gets the context it would have had, values of other layers included',
    async run({ send }) {
      let seen: unknown
      const app: App = (_request, context) => {
        seen = [
          context.path,
          context.mount,
          context.target,
          context.env.KEY,
          (context as { stranger?: unknown }).stranger,
        ]
        return reply('ok')
      }
      const { findings } = await send(app, new Request(url), { env: { KEY: 'value' }, ...{ stranger: 7 } })
      expected('the context seen below', seen, [
        '/conformance/none.of it',
        '',
        '/conformance/none.of%20it?a=1&b=%2F',
        'value',
        7,
      ])
      clean(findings)
    },
  },
  {
    id: 'status',
    rules: ['M3'],
    title: 'M3: status, reason and unknown fields come back as the app gave them',
    async run({ send }) {
      for (const status of [200, 201, 299, 400, 404, 418, 500, 599]) {
        const app: App = () =>
          reply('x', { status, statusText: 'Said So', headers: { 'x-unknown': 'a, b', 'x-empty': '' } })
        const { response, findings } = await send(app, new Request(url))
        const { headers } = response
        expected(
          'the head',
          [response.status, response.statusText, headers.get('x-unknown'), headers.get('x-empty')],
          [status, 'Said So', 'a, b', ''],
        )
        clean(findings)
      }
    },
  },
  {
    id: 'set-cookie',
    rules: ['M9'],
    title: 'M9: several set-cookie lines stay several, in order',
    async run({ send }) {
      const lines = ['a=1; Path=/', 'b=2; Expires=Wed, 21 Oct 2037 07:28:00 GMT', 'a=3']
      const app: App = () => reply('x', { headers: lines.map((line) => ['set-cookie', line] as [string, string]) })
      const { response } = await send(app, new Request(url))
      expected(
        'set-cookie',
        response.headers.getSetCookie().filter((line) => lines.includes(line)),
        lines,
      )
    },
  },
  {
    id: 'immutable',
    rules: ['M9'],
    title: 'M9: a response with immutable headers passes',
    async run({ send }) {
      const { response, reports } = await send(() => Response.redirect('http://localhost/next', 307), new Request(url))
      expected(
        'the redirect',
        [response.status, response.headers.get('location'), reports],
        [307, 'http://localhost/next', []],
      )
    },
  },
  {
    id: 'informational',
    rules: ['M14'],
    title: 'M14: an informational response can be sent from below',
    async run({ send }) {
      const sent: unknown[] = []
      const app: App = (_request, { sendInformational }) => {
        sendInformational?.(103, { link: '</a.css>; rel=preload' })
        return reply('x')
      }
      await send(app, new Request(url), { sendInformational: (status, headers) => void sent.push([status, headers]) })
      expected('what was sent', sent, [[103, { link: '</a.css>; rel=preload' }]])
      let absent: unknown
      await send(
        (_request, context) => ((absent = context.sendInformational === undefined), reply('x')),
        new Request(url),
      )
      expected('the capability where the server lacks it', absent, true)
    },
  },
  {
    id: 'mounted',
    rules: ['M16'],
    title: 'M16: works below a mount',
    async run({ send, middleware }) {
      const inner: App = (_request, { mount, path }) => reply.json([mount, path])
      const app = mount({ '/conformance': middleware()(inner) as App })
      const { response } = await send(app, new Request(url))
      expected('mount and path', JSON.parse(await textOf(response)), ['/conformance', '/none.of it'])
      const moved: App = (request, context) => inner(request, withMount(context, 1))
      expected(
        'moved below',
        await textOf((await send(moved, new Request(url))).response),
        '["/conformance","/none.of it"]',
      )
    },
  },
  {
    id: 'foreign',
    rules: ['G1'],
    title: 'G1: stands in front of a plain fetch handler',
    async run({ send }) {
      const handler = async (request: Request): Promise<Response> =>
        new Response(`plain ${new URL(request.url).search}`)
      const { response, findings } = await send(handler, new Request(url))
      expected('the answer', await textOf(response), 'plain ?a=1&b=%2F')
      clean(findings)
    },
  },
  {
    id: 'two-apps',
    rules: ['M1'],
    title: 'M1: one middleware wraps two apps without mixing them, and sixteen requests at once keep apart',
    async run({ send, middleware }) {
      const shared = middleware()
      const apps = ['one', 'two'].map(
        (name): App =>
          shared(async (request: Request) => {
            const id = new URL(request.url).searchParams.get('id')
            for (let turn = 0; turn < Number(id) % 5; turn++) await Promise.resolve()
            return reply(`${name} ${id}`)
          }) as App,
      )
      const ids = Array.from({ length: 16 }, (_, id) => id)
      const answers = await Promise.all(
        ids.map(async (id) =>
          textOf((await send(apps[id % 2]!, new Request(`http://localhost/none?id=${id}`))).response),
        ),
      )
      expected(
        'the answers',
        answers,
        ids.map((id) => `${['one', 'two'][id % 2]} ${id}`),
      )
    },
  },
]
