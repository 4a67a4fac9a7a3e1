import { expected } from '../../middleware/expected.ts'
import { gate } from './gate.ts'
import { lines } from './refused.ts'
import type { App } from '@fsgi/core'
import type { Connection } from '../client/connection.ts'
import type { ServerCase } from '../case.ts'

const MS = 100 // the limits of time; a case over one ends within two seconds
const GET = lines('GET / HTTP/1.1', 'host: localhost')
const post = (field: string): string => lines('POST / HTTP/1.1', 'host: localhost', field)

/** Limits that an operator has set (SPEC S9, S12). The apps are the cases' own, because they run in this process. */
export const limitCases: readonly ServerCase[] = [
  {
    id: 'E15b',
    rules: ['S9'],
    tier: 'cap:limits',
    title: 'S9: a head within the limit arrives, one beyond it is refused with 431 before the app is called',
    async run(client) {
      let calls = 0
      const app: App = () => new Response(String(++calls))
      const { origin } = await client.serve(app, { limits: { headBytes: 4096 } })
      const statusOf = async (size: number): Promise<number> => {
        const head = lines('GET / HTTP/1.1', 'host: localhost', `x-big: ${'v'.repeat(size)}`)
        return (await client.connect(origin).write(head).answer()).status
      }
      expected('statuses of 3 kB and 6 kB', [await statusOf(3000), await statusOf(6000)], [200, 431])
      expected('calls of the app', calls, 1)
    },
  },
  {
    id: 'B19b',
    rules: ['S9'],
    tier: 'cap:limits',
    title: 'S9: a declared body of the limit arrives, one byte more is refused with 413 before the app is called',
    async run(client) {
      let calls = 0
      const app: App = async (request) => new Response(String(++calls && (await request.text()).length))
      const { origin } = await client.serve(app, { limits: { bodyBytes: 1000 } })
      const sent = (size: number): Connection =>
        client.connect(origin).write(post(`content-length: ${size}`) + 'b'.repeat(size))
      expected('1000 bytes', (await sent(1000).answer()).text, '1000')
      expected('1001 bytes', (await sent(1001).answer()).status, 413)
      expected('calls of the app', calls, 1)
    },
  },
  {
    id: 'B19c',
    rules: ['S9', 'S6'],
    tier: 'cap:limits',
    title: 'S9: of a body of unknown length no more than the limit is read, then reading fails and nothing succeeds',
    async run(client) {
      let length = 0
      const how = gate<string>()
      const app: App = async (request) => {
        const reader = request.body!.getReader()
        try {
          for (let read = await reader.read(); !read.done; read = await reader.read()) length += read.value.length
          how.give('read to its end')
        } catch (error) {
          how.give('failed')
          throw error
        }
        return new Response('read')
      }
      const { origin } = await client.serve(app, { limits: { bodyBytes: 1000 } })
      const chunk = `258\r\n${'b'.repeat(0x258)}\r\n`
      const head = post('transfer-encoding: chunked')
      const connection = client.connect(origin).write(`${head}${chunk}${chunk}0\r\n\r\n`)
      expected('how reading ended', await how.given, 'failed')
      expected(`${length} bytes read are at most 1000`, length <= 1000, true)
      const answer = await connection.answer().catch(() => undefined)
      expected('the answer, if any', answer?.status ?? 413, 413)
    },
  },
  {
    id: 'E16',
    rules: ['S9'],
    tier: 'cap:limits',
    title: 'S9: a head that does not come in time is given up, with 408 or nothing, wherever it stops',
    async run(client) {
      let calls = 0
      const app: App = () => new Response(String(++calls))
      const { origin } = await client.serve(app, { limits: { headMs: MS } })
      const begun = ['', 'GET', 'GET / HTTP/1.1\r\nhost: local', GET.slice(0, -2)]
      const rests = await Promise.all(begun.map((text) => client.connect(origin).write(text).untilClosed()))
      for (const [index, rest] of rests.entries()) timedOut(`what came for ${JSON.stringify(begun[index])}`, rest)
      expected('calls of the app', calls, 0)
      expected('one in time', (await client.connect(origin).write(GET).answer()).text, '1')
    },
  },
  {
    id: 'E16b',
    rules: ['S9'],
    tier: 'cap:limits',
    title: 'S9: nor does a head get more time because it comes byte by byte',
    async run(client) {
      const { origin } = await client.serve(() => new Response('x'), { limits: { headMs: MS } })
      const connection = client.connect(origin).write(GET.slice(0, -2))
      while (connection.ended === undefined && (await connection.written(Buffer.from('x: y\r\n'))))
        await new Promise((resolve) => setTimeout(resolve, MS / 10))
      timedOut('what came', await connection.untilClosed())
    },
  },
  {
    id: 'E17',
    rules: ['S12', 'S13', 'S6'],
    tier: 'cap:limits',
    title: 'S12: a body that does not come in time fails its read and aborts, with one reason',
    async run(client) {
      const how = gate<string>()
      const ended = gate<boolean>()
      const app: App = async (request, context) => {
        context.defer(({ aborted }) => ended.give(aborted))
        how.give(
          await request.text().then(
            (text) => `read ${text.length}`,
            (error) => (error === context.signal.reason ? 'failed with the reason' : `failed: ${String(error)}`),
          ),
        )
        return new Response('too late')
      }
      const { origin } = await client.serve(app, { limits: { requestMs: MS } })
      const connection = client.connect(origin).write(`${post('content-length: 10')}12345`)
      expected('how reading ended', await how.given, 'failed with the reason')
      expected('aborted', await ended.given, true)
      timedOut('what came', await connection.untilClosed())
    },
  },
  {
    id: 'C05',
    rules: ['S12', 'S28'],
    tier: 'cap:limits',
    title: 'S28: a connection that stays idle is closed without a word, and not while a request waits for its response',
    async run(client) {
      const app: App = async () => {
        await new Promise((resolve) => setTimeout(resolve, 2.5 * MS))
        return new Response('x')
      }
      const { origin } = await client.serve(app, { limits: { idleMs: MS } })
      const connection = client.connect(origin).write(GET)
      for (let i = 0; i < 2; i++) {
        const { text, complete } = await connection.answer()
        expected('a response that takes longer', [text, complete], ['x', true])
        if (i === 0) connection.write(GET)
      }
      expected('the rest', await connection.untilClosed(), '')
    },
  },
  {
    id: 'P36',
    rules: ['S12', 'S13'],
    tier: 'cap:limits',
    title: 'S12: a client that takes nothing of a response aborts it, with one reason',
    async run(client) {
      const cancelled = gate<boolean>()
      const ended = gate<boolean>()
      const app: App = (_request, context) => {
        context.defer(({ aborted }) => ended.give(aborted))
        const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
          {
            pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
            cancel: (reason) => cancelled.give(reason === context.signal.reason),
          },
          { highWaterMark: 0 },
        )
        return new Response(body)
      }
      const { origin } = await client.serve(app, { limits: { sendMs: MS } })
      client.connect(origin).write(GET).pause()
      expected('cancelled with the reason', await cancelled.given, true)
      expected('aborted', await ended.given, true)
    },
  },
]

/** RFC 9110 §15.5.9: a server may say that it has waited long enough, and closes the connection. */
function timedOut(what: string, rest: string): void {
  expected(`${what} is 408 or nothing, not ${JSON.stringify(rest)}`, /^($|HTTP\/1\.1 408 )/.test(rest), true)
}
