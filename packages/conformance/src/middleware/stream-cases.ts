import { expected, textOf } from './expected.ts'
import { pushed, sourceOf, turns } from './source.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './case.ts'

const at = (path: string): string => `http://localhost/conformance/${path}`
const BINARY = { headers: { 'content-type': 'application/octet-stream' } }
const decoder = new TextDecoder()

/** A body that is streamed below is streamed above: at once, with back-pressure, and given up when the client gives up. */
export const streamCases: readonly MiddlewareCase[] = [
  {
    id: 'head-first',
    rules: ['M13'],
    title: 'M13: the head comes before the body has begun, of whatever type it is',
    async run({ send }) {
      const types = ['text/plain', 'text/html', 'application/json', 'application/octet-stream', 'text/event-stream']
      for (const type of types) {
        const source = pushed()
        const app: App = () => new Response(source.body, { headers: { 'content-type': type } })
        const { response } = await send(app, new Request(at('head-first')))
        source.push('late')
        source.end()
        expected(`the body of ${type}`, await textOf(response), 'late')
      }
    },
  },
  {
    id: 'latency',
    rules: ['M8', 'M13'],
    title: 'M8, M13: each event comes before the next one exists',
    async run({ send, waitFor }) {
      const source = pushed()
      const app: App = () => new Response(source.body, { headers: { 'content-type': 'text/event-stream' } })
      const { response } = await send(app, new Request(at('latency')))
      const reader = response.body!.getReader()
      for (let event = 0; event < 3; event++) {
        source.push(`data: ${event}\n\n`)
        const { value } = await waitFor(`event ${event} of a stream`, reader.read())
        expected('the event', decoder.decode(value), `data: ${event}\n\n`)
      }
      source.end()
      expected('the end', (await waitFor('the end of a stream', reader.read())).done, true)
    },
  },
  {
    id: 'cancel',
    rules: ['M7', 'S13'],
    title: 'M7: a cancelled body is cancelled below, once, with the reason, before and after the first read',
    async run({ send, waitFor }) {
      for (const reads of [0, 1, 3]) {
        const { body, reasons } = sourceOf(200, () => new Uint8Array([97]))
        const { response } = await send(() => new Response(body, BINARY), new Request(at('cancel')))
        const reader = response.body!.getReader()
        for (let read = 0; read < reads; read++) await reader.read()
        await waitFor('the cancellation of a body', reader.cancel('the client left'))
        await turns(2) // pipes pass it on a little later
        expected(`the reasons seen below after ${reads} reads`, reasons, ['the client left'])
      }
    },
  },
  {
    id: 'back-pressure',
    rules: ['M7'],
    title: 'M7: nothing runs ahead of a client that does not read',
    async run({ send, waitFor }) {
      const { body, pulled } = sourceOf(48, () => new Uint8Array(16 * 1024))
      const { response } = await send(() => new Response(body, BINARY), new Request(at('back-pressure')))
      const reader = response.body!.getReader()
      await reader.read()
      await turns()
      const bounded = pulled() <= 32 // half a megabyte
      expected(`that the chunks produced for one that was read (${pulled()}) are few`, bounded, true)
      while (!(await waitFor('the rest of a body', reader.read())).done);
    },
  },
]
