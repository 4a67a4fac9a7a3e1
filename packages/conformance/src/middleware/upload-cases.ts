import { reply } from '@fsgi/core'
import { expected, textOf } from './expected.ts'
import { pushed, sourceOf, turns } from './source.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './case.ts'

/** The body of a request belongs to the app below: it is not read for it, not held back, and not cut. */
export const uploadCases: readonly MiddlewareCase[] = [
  {
    id: 'unread',
    rules: ['M5'],
    title: 'M5: a request body that nobody below reads is not read by the middleware',
    async run({ send }) {
      const { body, pulled } = sourceOf(200, kilobyte)
      const { response, ended } = await send(() => reply('not read'), upload('unread', body))
      expected('the answer', await textOf(response), 'not read')
      await ended
      await turns()
      // One chunk may be on its way: a Request that is made of another reads that far by itself.
      expected(`that no more than a chunk was read (${pulled()})`, pulled() <= 1, true)
    },
  },
  {
    id: 'early',
    rules: ['S8', 'A7'],
    title: 'S8: an answer does not wait for the end of the upload, which is left so that the server can take the rest',
    async run({ wrap, exchange }) {
      const { body, released } = pushed()
      let called = false
      let given: Request | undefined
      const answers: App = () => ((called = true), reply('early', { status: 400 }))
      const app = wrap(answers, (middleware) => (request, context) => middleware((given = request), context))
      const headers = { 'content-length': String(1024 ** 3) }
      const { response, ended } = await exchange(app, upload('early', body, headers))
      await textOf(response)
      await ended
      await turns()
      // What it has called the app below with is that app's. What it has kept, it has to let go of.
      const isHeld = !called && given?.body?.locked === true && !released()
      expected('whether it answers itself and holds the body locked', isHeld, false)
    },
  },
  {
    id: 'upload',
    rules: ['M5', 'M7'],
    title:
      'M7: an upload reaches the app below chunk by chunk as it reads, and its cancellation goes up with the reason',
    async run({ send, waitFor }) {
      const source = pushed()
      const seen: string[] = []
      const reads: App = async (request) => {
        const reader = request.body!.getReader()
        for (const text of ['one', 'two', 'three']) {
          source.push(text)
          seen.push(decoder.decode((await waitFor(`chunk '${text}' of an upload`, reader.read())).value))
        }
        await waitFor('the cancellation of an upload', reader.cancel('enough'))
        return reply('ok')
      }
      await send(reads, upload('upload', source.body))
      expected('the chunks, each before the next one exists', seen, ['one', 'two', 'three'])
      expected('the reasons that the client saw', source.reasons, ['enough'])

      const { body, pulled } = sourceOf(200, kilobytes)
      const starts: App = async (request) => {
        const reader = request.body!.getReader()
        await reader.read()
        await turns()
        return reply.json(pulled() <= 32) // half a megabyte
      }
      const { response } = await send(starts, upload('upload', body))
      expected(`that few chunks were read for one that was (${pulled()})`, await textOf(response), 'true')
    },
  },
  {
    id: 'upload-error',
    rules: ['S6', 'M12'],
    title: 'S6: an upload that breaks off fails below, and does not look complete',
    async run({ send }) {
      for (const chunks of [0, 2]) {
        const { body } = sourceOf(chunks, kilobyte, new Error('truncated'))
        let seen: unknown
        const app: App = async (request) => {
          seen = await textOf(request)
          return reply('x')
        }
        await send(app, upload('upload-error', body))
        expected(`how reading ends below after ${chunks} chunks`, seen, 'failed: truncated')
      }
    },
  },
]

const decoder = new TextDecoder()

function kilobyte(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(1024).fill(97)
}

function kilobytes(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(16 * 1024).fill(97)
}

function upload(path: string, body: ReadableStream, headers: Record<string, string> = {}): Request {
  const type = { 'content-type': 'application/octet-stream', ...headers }
  const init = { method: 'POST', headers: type, body, duplex: 'half' } as RequestInit
  return new Request(`http://localhost/conformance/${path}`, init)
}
