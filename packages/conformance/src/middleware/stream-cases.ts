import { clean, expected } from './expected.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './cases.ts'

const url = 'http://localhost/conformance/none'
const BINARY = { headers: { 'content-type': 'application/octet-stream' } }
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A body that is streamed below is streamed above: at once, with back-pressure, and given up when the client gives up. */
export const streamCases: readonly MiddlewareCase[] = [
  {
    id: 'latency',
    rules: ['M8', 'M13'],
    title: 'M8, M13: the head comes before the body, and each event before the next one exists',
    async run({ send }) {
      let source: ReadableStreamDefaultController<Uint8Array> | undefined
      const app: App = () =>
        new Response(new ReadableStream({ start: (controller) => void (source = controller) }), {
          headers: { 'content-type': 'text/event-stream' },
        })
      const { response } = await send(app, new Request(url))
      const reader = response.body!.getReader()
      for (let event = 0; event < 3; event++) {
        source!.enqueue(encoder.encode(`data: ${event}\n\n`))
        const { value } = await reader.read()
        expected('the event', decoder.decode(value), `data: ${event}\n\n`)
      }
      source!.close()
      expected('the end', (await reader.read()).done, true)
    },
  },
  {
    id: 'cancel',
    rules: ['M7', 'S13'],
    title: 'M7: a cancelled body is cancelled below, once, with the reason, before and after the first read',
    async run({ send }) {
      for (const reads of [0, 1, 3]) {
        const reasons: unknown[] = []
        let ticks = 0
        const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
          pull: (controller) => (ticks++ < 200 ? controller.enqueue(encoder.encode('tick')) : controller.close()),
          cancel: (reason) => void reasons.push(reason),
        })
        const { response, findings } = await send(() => new Response(body, BINARY), new Request(url))
        const reader = response.body!.getReader()
        for (let read = 0; read < reads; read++) await reader.read()
        await reader.cancel('the client left')
        expected(`the reasons seen below after ${reads} reads`, reasons, ['the client left'])
        clean(findings)
      }
    },
  },
  {
    id: 'back-pressure',
    rules: ['M7'],
    title: 'M7: nothing runs ahead of a client that does not read',
    async run({ send }) {
      let produced = 0
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
        {
          // finite, so that a middleware that reads ahead without limit fails the case and nothing else
          pull: (controller) => (produced++ < 200 ? controller.enqueue(new Uint8Array(16 * 1024)) : controller.close()),
        },
        { highWaterMark: 0 },
      )
      const { response } = await send(() => new Response(body, BINARY), new Request(url))
      const reader = response.body!.getReader()
      await reader.read()
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
      const bounded = produced <= 32 // half a megabyte
      await reader.cancel()
      expected(`chunks produced for one that was read (${produced}) stay few`, bounded, true)
    },
  },
]
