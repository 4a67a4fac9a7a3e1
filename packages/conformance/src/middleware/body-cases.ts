import { bodyOf, reply } from '@fsgi/core'
import { expected, textOf } from './expected.ts'
import { sourceOf } from './source.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './case.ts'

const at = (path: string): string => `http://localhost/conformance/${path}`
const octets = Uint8Array.from({ length: 256 * 20 }, (_, index) => index % 256)
const type = { headers: { 'content-type': 'application/octet-stream' } }

/** A client that accepts no coding gets the bytes of the app. */
export const bodyCases: readonly MiddlewareCase[] = [
  {
    id: 'bytes',
    rules: ['M3'],
    title: 'M3: the bytes of a body arrive as they were, known or streamed',
    async run({ send }) {
      const half = octets.length / 2
      const apps: App[] = [
        () => reply(octets.slice(), type),
        () => new Response(octets.slice(), type),
        () => new Response(sourceOf(2, (index) => octets.slice(index * half, (index + 1) * half)).body, type),
      ]
      for (const app of apps) {
        const { response } = await send(app, new Request(at('bytes')))
        const seen = new Uint8Array(await response.arrayBuffer())
        const same = seen.every((octet, index) => octet === octets[index])
        expected('the bytes', [seen.length, same], [octets.length, true])
      }
      expected('an empty text', await textOf((await send(() => reply(''), new Request(at('bytes')))).response), '')
    },
  },
  {
    id: 'known-bytes',
    rules: ['M3'],
    title: 'M3: known bytes that it does not change stay known',
    async run({ wrap, exchange }) {
      let known: unknown
      const app = wrap(
        () => reply('known'),
        (middleware) => async (request, context) => {
          const response = await middleware(request, context)
          known = bodyOf(response)
          return response
        },
      )
      await exchange(app, new Request(at('known-bytes')))
      expected('what is known above', known ?? 'nothing', 'known')
    },
  },
  {
    id: 'long',
    rules: ['M3', 'M7'],
    title: 'M3, M7: a long body arrives whole, in chunks of every size',
    async run({ send, waitFor }) {
      const sizes = Array.from({ length: 200 }, (_, index) => (index % 8 === 0 ? 1 : (index % 8) * 4096))
      const total = sizes.reduce((sum, size) => sum + size)
      const source = sourceOf(sizes.length, (index) => new Uint8Array(sizes[index]!).fill(index))
      const { response } = await send(() => new Response(source.body, type), new Request(at('long')))
      const reader = response.body!.getReader()
      let seen = 0
      for (;;) {
        const { done, value } = await waitFor(`what follows byte ${seen} of ${total}`, reader.read())
        if (done) break
        seen += value.byteLength
      }
      expected('the bytes that arrived', seen, total)
    },
  },
]
