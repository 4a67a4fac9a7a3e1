import { bodyOf, reply } from '@fsgi/core'
import { clean, expected, textOf } from './expected.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './cases.ts'

const url = 'http://localhost/conformance/none'
const octets = Uint8Array.from({ length: 256 * 20 }, (_, index) => index % 256)

/** A client that accepts no coding gets the bytes of the app. */
export const bodyCases: readonly MiddlewareCase[] = [
  {
    id: 'bytes',
    rules: ['M3'],
    title: 'M3: the bytes of a body arrive as they were, known or streamed',
    async run({ send }) {
      const half = octets.length / 2
      const stream = (): ReadableStream<Uint8Array<ArrayBuffer>> =>
        new ReadableStream({
          start(controller) {
            controller.enqueue(octets.slice(0, half))
            controller.enqueue(octets.slice(half))
            controller.close()
          },
        })
      const type = { headers: { 'content-type': 'application/octet-stream' } }
      const apps: App[] = [
        () => reply(octets.slice(), type),
        () => new Response(octets.slice(), type),
        () => new Response(stream(), type),
      ]
      for (const app of apps) {
        const { response, findings } = await send(app, new Request(url))
        const seen = new Uint8Array(await response.arrayBuffer())
        expected(
          'the bytes',
          [seen.length, seen.every((octet, index) => octet === octets[index])],
          [octets.length, true],
        )
        clean(findings)
      }
      expected('an empty text', await textOf((await send(() => reply(''), new Request(url))).response), '')
    },
  },
  {
    id: 'known-bytes',
    rules: ['M3'],
    title: 'M3: known bytes that it does not change stay known',
    async run({ middleware, send }) {
      let known: unknown
      const look: App = async (request, context) => {
        const response = await middleware()(() => reply('known'))(request, context)
        known = bodyOf(response)
        return response
      }
      await send(look, new Request(url))
      expected('what is known above', known, 'known')
    },
  },
  {
    id: 'bodyless',
    rules: ['M11'],
    title: 'M11: 204, 205, 304, an empty 200 and the answer to HEAD stay without a body',
    async run({ send }) {
      for (const status of [204, 205, 304, 200]) {
        const { response, findings } = await send(
          () => reply(null, { status, headers: { etag: '"x"' } }),
          new Request(url),
        )
        expected(`the body of ${status}`, [response.status, await textOf(response)], [status, ''])
        clean(findings)
      }
      const head = await send(
        () => reply('abc', { headers: { 'x-unknown': '1' } }),
        new Request(url, { method: 'HEAD' }),
      )
      expected(
        'HEAD',
        [head.response.status, head.response.headers.get('x-unknown'), await textOf(head.response)],
        [200, '1', ''],
      )
      clean(head.findings)
    },
  },
  {
    id: 'unread',
    rules: ['M5'],
    title: 'M5: a request body that nobody below reads is not read by the middleware',
    async run({ send }) {
      let pulled = 0
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
        { pull: (controller) => (pulled++ < 200 ? controller.enqueue(new Uint8Array(1024)) : controller.close()) },
        { highWaterMark: 0 },
      )
      const init = { method: 'POST', body, duplex: 'half' } as RequestInit
      const { response } = await send(() => reply('not read'), new Request(url, init))
      expected('answer and chunks pulled', [await textOf(response), pulled <= 1], ['not read', true])
    },
  },
]
