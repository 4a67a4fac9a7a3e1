import { mount, reply, withMount } from '@fsgi/core'
import { expected, textOf } from './expected.ts'
import { openedBy } from './opened-by.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './case.ts'

/** How a middleware is made, and what it may stand in front of. */
export const wrappingCases: readonly MiddlewareCase[] = [
  {
    id: 'wrapping',
    rules: ['M1', 'M18'],
    title: 'M1, M18: is made and wraps an app at once, without calling it, starting timers or opening anything',
    async run({ wrap, exchange }) {
      let calls = 0
      let app: App | undefined
      const opened = openedBy(() => {
        app = wrap(() => (calls++, reply('x')))
      })
      expected('what it has opened', opened, [])
      expected('the calls of the app', calls, 0)
      await exchange(app!, new Request('http://localhost/conformance/wrapping'))
    },
  },
  {
    id: 'two-apps',
    rules: ['M1'],
    title: 'M1: one middleware wraps two apps without mixing them',
    async run({ wrap, exchange }) {
      const apps = ['one', 'two'].map((name) => wrap(async () => reply(name)))
      const answers = await Promise.all(
        [0, 1, 0, 1].map(async (index, id) => {
          const request = new Request(`http://localhost/conformance/two-apps?id=${id}`)
          return textOf((await exchange(apps[index]!, request)).response)
        }),
      )
      expected('the answers', answers, ['one', 'two', 'one', 'two'])
    },
  },
  {
    id: 'foreign',
    rules: ['G1'],
    title: 'G1: stands in front of a plain fetch handler',
    async run({ send }) {
      const handler = async (request: Request): Promise<Response> =>
        new Response(`plain ${new URL(request.url).search}`)
      const { response } = await send(handler, new Request('http://localhost/conformance/foreign?a=1&b=%2F'))
      expected('the answer', await textOf(response), 'plain ?a=1&b=%2F')
    },
  },
  {
    id: 'mounted',
    rules: ['M16'],
    title: 'M16: works below a mount, and moves none',
    async run({ wrap, exchange }) {
      const url = 'http://localhost/conformance/mounted.in%20it'
      const inner: App = (_request, { mount, path }) => reply.json([mount, path])
      const below = mount({ '/conformance': wrap(inner) })
      const { response } = await exchange(below, new Request(url))
      expected('mount and path', await textOf(response), '["/conformance","/mounted.in it"]')
      const above = wrap((request, context) => inner(request, withMount(context, 1)))
      const moved = await exchange(above, new Request(url))
      expected('moved below', await textOf(moved.response), '["/conformance","/mounted.in it"]')
    },
  },
]
