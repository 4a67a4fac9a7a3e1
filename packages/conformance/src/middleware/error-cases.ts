import { reply } from '@fsgi/core'
import { clean, expected, textOf } from './expected.ts'
import type { App, Outcome } from '@fsgi/core'
import type { MiddlewareCase } from './cases.ts'

const url = 'http://localhost/conformance/none'

/** Errors from below are passed on or answered, and reported once; never swallowed. */
export const errorCases: readonly MiddlewareCase[] = [
  {
    id: 'throw',
    rules: ['M12'],
    title: 'M12: an error of the app below is a 5xx and reported once, thrown or rejected',
    async run({ send }) {
      const error = new Error('from below')
      const apps: App[] = [
        () => {
          throw error
        },
        async () => {
          throw error
        },
      ]
      for (const app of apps) {
        const { response, reports } = await send(app, new Request(url))
        expected('status class', Math.floor(response.status / 100), 5)
        expected('no text of the error', (await textOf(response)).includes('from below'), false)
        expected('the reports', reports.map(String), ['Error: from below'])
      }
    },
  },
  {
    id: 'body-error',
    rules: ['M12', 'S27'],
    title: 'M12: an error in a body that was begun fails the body',
    async run({ send }) {
      let chunks = 0
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
        {
          pull(controller) {
            if (chunks++ < 2) controller.enqueue(new Uint8Array([97]))
            else controller.error(new Error('midway'))
          },
        },
        { highWaterMark: 0 },
      )
      const type = { headers: { 'content-type': 'application/octet-stream' } }
      const { response, findings } = await send(() => new Response(body, type), new Request(url))
      expected('how reading ends', await textOf(response), 'failed: midway')
      clean(findings)
    },
  },
  {
    id: 'defer',
    rules: ['S14', 'G4'],
    title: 'S14: what the app below deferred runs once, whether it answers or throws',
    async run({ send }) {
      for (const fails of [false, true]) {
        const outcomes: Outcome[] = []
        const app: App = (_request, context) => {
          context.defer((outcome) => void outcomes.push(outcome))
          if (fails) throw new Error('from below')
          return reply('x')
        }
        const { response } = await send(app, new Request(url))
        await textOf(response)
        expected(
          'the outcomes',
          outcomes.map(({ status, aborted }) => [status, aborted]),
          [[response.status, false]],
        )
      }
    },
  },
  {
    id: 'abort',
    rules: ['S12', 'G4'],
    title: 'S12: the app below sees the client leave',
    async run({ send }) {
      const client = new AbortController()
      let signal: AbortSignal | undefined
      const app: App = (_request, context) => {
        signal = context.signal
        return new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason as Error))
          client.abort(new DOMException('the client left', 'AbortError'))
        })
      }
      await send(app, new Request(url, { signal: client.signal })).catch(() => {})
      expected('the signal below', [signal?.aborted, String(signal?.reason)], [true, 'AbortError: the client left'])
    },
  },
]
