import { reply } from '@fsgi/core'
import { expected, textOf } from './expected.ts'
import { turns } from './source.ts'
import type { App, Context, Outcome } from '@fsgi/core'
import type { MiddlewareCase } from './case.ts'

const at = (path: string): string => `http://localhost/conformance/${path}`

/** What the app below shares with the server, and with no other exchange. */
export const contextCases: readonly MiddlewareCase[] = [
  {
    id: 'context',
    rules: ['M2', 'M4'],
    title: 'M2, M4: the app below gets the context it would have had, values of other layers included',
    async run({ send }) {
      let seen: unknown
      const app: App = (_request, context) => {
        const { path, mount, target, env, protocol, encrypted, localAddress } = context
        seen = [path, mount, target, env.KEY, protocol, encrypted, localAddress?.port, strangerIn(context)]
        return reply('ok')
      }
      const localAddress = { address: '127.0.0.1', port: 8080, family: 'IPv4' } as const
      const given = { env: { KEY: 'value' }, protocol: 'HTTP/2', encrypted: true, localAddress, stranger: 7 } as const
      await send(app, new Request(at('context%20of%2Fit?a')), given)
      const target = '/conformance/context%20of%2Fit?a'
      const path = '/conformance/context of%2Fit'
      expected('the context seen below', seen, [path, '', target, 'value', 'HTTP/2', true, 8080, 7])
    },
  },
  {
    id: 'exchanges',
    rules: ['M2', 'S17', 'A1'],
    title: 'M2, S17: exchanges one after another, and four at once, keep apart',
    async run({ wrap, exchange, waitFor }) {
      const arrived: (() => void)[] = []
      let together = 1
      const app = wrap(async (request, context) => {
        const seen = [
          request.headers.get('x-id'),
          new URL(request.url).search,
          await request.text(),
          strangerIn(context),
        ]
        await new Promise<void>((resolve) => {
          arrived.push(resolve)
          if (arrived.length === together) for (const go of arrived.splice(0).toReversed()) go()
        })
        return reply.json(seen)
      })
      const answer = async (id: string): Promise<string> => {
        const init = { method: 'POST', headers: { 'x-id': id, 'content-type': 'text/plain' }, body: id }
        const { response } = await exchange(app, new Request(at(`exchanges?${id}`), init), { stranger: id })
        return textOf(response)
      }
      const wanted = (id: string): string => JSON.stringify([id, `?${id}`, id, id])
      for (const id of ['a', 'b']) expected('one after another', await answer(id), wanted(id))
      together = 4
      const ids = ['c', 'd', 'e', 'f']
      const answers = await waitFor('four answers at once', Promise.all(ids.map(answer)))
      expected('four at once', answers, ids.map(wanted))
    },
  },
  {
    id: 'informational',
    rules: ['M14'],
    title: 'M14: an informational response can be sent from below where the server can send one, and only there',
    async run({ send }) {
      const sent: unknown[] = []
      const app: App = (_request, { sendInformational }) => {
        sendInformational?.(103, { link: '</a.css>; rel=preload' })
        return reply('x')
      }
      const sendInformational = (status: number, headers?: HeadersInit): void => void sent.push([status, headers])
      await send(app, new Request(at('informational')), { sendInformational })
      const wanted = [103, { link: '</a.css>; rel=preload' }]
      const times = sent.filter((one) => JSON.stringify(one) === JSON.stringify(wanted)).length // it may send its own
      expected(`how often what was sent below arrived, in ${JSON.stringify(sent)}`, times, 1)
      let absent: unknown
      const looks: App = (_request, context) => ((absent = context.sendInformational === undefined), reply('x'))
      await send(looks, new Request(at('informational')))
      expected('that it is absent where the server lacks it', absent, true)
    },
  },
  {
    id: 'background',
    rules: ['G4', 'S15', 'S16'],
    title: 'G4: work and errors that the app below gives to the server reach it',
    async run({ send, waitFor }) {
      const given: Promise<unknown>[] = []
      let done = false
      const error = new Error('told')
      const app: App = (_request, { waitUntil, report }) => {
        waitUntil(turns(2).then(() => (done = true)))
        report(error)
        return reply('x')
      }
      const waitUntil = (work: Promise<unknown>): void => void given.push(work)
      const { reports } = await send(app, new Request(at('background')), { waitUntil })
      await waitFor('the end of background work', Promise.all(given))
      expected('whether the server waited for the work', done, true)
      expected('whether the error was reported once', reports.filter((one) => one === error).length, 1)
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
        const { response } = await send(app, new Request(at('defer')))
        await textOf(response)
        const seen = outcomes.map(({ status, aborted }) => [status, aborted])
        expected('the outcomes', seen, [[response.status, false]])
      }
    },
  },
  {
    id: 'abort',
    rules: ['S12', 'G4'],
    title: 'S12: the app below sees the client leave, before its answer and during it, and nobody reports that',
    async run({ send }) {
      const left = new DOMException('the client left', 'AbortError')
      const client = new AbortController()
      const reports: unknown[] = []
      let signal: AbortSignal | undefined
      const waiting: App = (_request, context) => {
        signal = context.signal
        return new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason as Error))
          client.abort(left)
        })
      }
      const request = new Request(at('abort'), { signal: client.signal })
      await send(waiting, request, { report: (error) => void reports.push(error) }).catch(() => {})
      expected('the signal below', [signal?.aborted, String(signal?.reason)], [true, String(left)])

      const streaming: App = (_request, context) => {
        signal = context.signal
        return new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } })
      }
      const { response, ...exchanged } = await send(streaming, new Request(at('abort')))
      expected('the signal below, before the client leaves', signal?.aborted, false)
      await response.body!.cancel(left)
      expected('the signal below, during a body', [signal?.aborted, String(signal?.reason)], [true, String(left)])
      await exchanged.ended
      expected('the reports', [...reports, ...exchanged.reports].map(String), [])
    },
  },
]

/** A value that a layer above has added. */
function strangerIn(context: Context): unknown {
  return (context as Context & { stranger?: unknown }).stranger
}
