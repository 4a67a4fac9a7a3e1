import { gate } from './gate.ts'
import { expected } from '../../middleware/expected.ts'
import type { App, Entry, Host } from '@fsgi/core'
import type { Client } from '../client/client.ts'
import type { ServerCase } from '../case.ts'

const GET = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'

/** Start and stop (SPEC S35, S36). These bring their own entry, and see it, because it runs in this process. */
export const startCases: readonly ServerCase[] = [
  {
    id: 'Z01',
    rules: ['S35'],
    tier: 'cap:start',
    title: 'S35: start() is awaited before the server listens',
    async run(client) {
      const order: string[] = []
      const entry: Entry = {
        async start() {
          await new Promise((resolve) => setTimeout(resolve, 10))
          order.push('started')
          return () => new Response('x')
        },
      }
      const { origin } = await client.serve(entry)
      order.push('listens')
      expected('answer', await answerOf(client, origin), 'x')
      expected('order', order, ['started', 'listens'])
    },
  },
  {
    id: 'Z02',
    rules: ['S35', 'S36'],
    tier: 'cap:start',
    title: 'S35: a server whose entry does not start does not listen, and closes what was opened',
    async run(client) {
      const closed: string[] = []
      const entry: Entry = {
        start(host) {
          host.defer(() => void closed.push('first'))
          host.defer(() => void closed.push('second'))
          throw new Error('no database')
        },
      }
      const message = await client.serve(entry).then(
        () => 'started',
        (error: unknown) => (error as Error).message,
      )
      expected('the error', message, 'no database')
      expected('closed', closed, ['second', 'first'])
    },
  },
  {
    id: 'Z02b',
    rules: ['S35'],
    tier: 'cap:start',
    title: 'S35: what is no entry is refused',
    async run(client) {
      for (const entry of [undefined, null, 'app', {}, { start: () => 'no app' }, { fetch: 'no function' }]) {
        const how = await client.serve(entry as unknown as Entry).then(
          () => 'started',
          (error: unknown) => (error instanceof TypeError ? 'TypeError' : String(error)),
        )
        expected(`an entry ${JSON.stringify(entry)}`, how, 'TypeError')
      }
    },
  },
  {
    id: 'Z03',
    rules: ['S35', 'G3'],
    tier: 'cap:start',
    title: 'S35: a function is an app, and so is an object with fetch, which is called through it',
    async run(client) {
      expected(
        'a function',
        await answerOf(client, (await client.serve(() => new Response('function'))).origin),
        'function',
      )
      class Site {
        readonly text = 'object'
        fetch(): Response {
          return new Response(this.text)
        }
      }
      expected('an object', await answerOf(client, (await client.serve(new Site())).origin), 'object')
      const started: Entry = { start: () => new Site() as unknown as App }
      expected('from start()', await answerOf(client, (await client.serve(started)).origin), 'object')
    },
  },
  {
    id: 'Z04',
    rules: ['S35'],
    tier: 'cap:start',
    title: 'S35: start() is called once, with a host that has all its members',
    async run(client) {
      const hosts: Host[] = []
      const { origin } = await client.serve({
        start: (host) => {
          hosts.push(host)
          return (_request, { env }) => new Response(String(env === host.env))
        },
      })
      for (let i = 0; i < 3; i++) expected('the same env', await answerOf(client, origin), 'true')
      expected('starts', hosts.length, 1)
      const { signal, defer, report, env, oneShot, multiprocess } = hosts[0]!
      expected('signal', [signal instanceof AbortSignal, signal.aborted], [true, false])
      expected('functions', [typeof defer, typeof report, typeof env], ['function', 'function', 'object'])
      expected('oneShot, multiprocess', [oneShot, typeof multiprocess], [false, 'boolean'])
    },
  },
  {
    id: 'Z05',
    rules: ['S36'],
    tier: 'cap:start',
    title: 'S36: a shutdown refuses what is new and lets finish what has begun',
    async run(client) {
      const called = gate()
      const finish = gate()
      const served = await client.serve(async (_request, context) => {
        called.give()
        await finish.given
        return new Response(String(context.signal.aborted))
      })
      const connection = client.connect(served.origin).write(GET)
      await called.given
      const closing = served.close(2000)
      const late = client.connect(served.origin).write(GET)
      expected(
        'a new connection',
        await late.answer().then(
          ({ status }) => status === 503,
          () => true,
        ),
        true,
      )
      await new Promise((resolve) => setTimeout(resolve, 50)) // for a server that waits for nothing
      finish.give()
      const answer = await connection.answer()
      expected('the old one, aborted', [answer.status, answer.text, answer.complete], [200, 'false', true])
      expected('connection', answer.get('connection')?.toLowerCase(), 'close')
      await closing
    },
  },
  {
    id: 'Z06',
    rules: ['S36'],
    tier: 'cap:start',
    title: 'S36: connections that are idle, or have begun nothing, do not hold up a shutdown',
    async run(client) {
      const served = await client.serve(() => new Response('x'))
      const used = client.connect(served.origin).write(GET)
      await used.answer()
      const unused = client.connect(served.origin)
      await unused.written(new Uint8Array())
      await served.close(10_000) // longer than a case may take
      expected('the rest', [await used.untilClosed(), await unused.untilClosed()], ['', ''])
    },
  },
  {
    id: 'Z07',
    rules: ['S36', 'S14', 'S15'],
    tier: 'cap:start',
    title: 'S36: host.signal first, then exchanges, their cleanup and work, then what the host deferred, last first',
    async run(client) {
      const order: string[] = []
      const called = gate()
      const finish = gate()
      const served = await client.serve({
        start(host) {
          host.signal.addEventListener('abort', () => void order.push('host.signal'))
          host.defer(() => void order.push('first'))
          host.defer(() => void order.push('second'))
          return async (_request, context) => {
            context.defer(async () => {
              await new Promise((resolve) => setTimeout(resolve, 5))
              order.push('cleanup')
            })
            context.waitUntil(new Promise((resolve) => setTimeout(resolve, 20)).then(() => order.push('work')))
            called.give()
            await finish.given
            return new Response('x')
          }
        },
      })
      const connection = client.connect(served.origin).write(GET)
      await called.given
      const closing = served.close(2000)
      finish.give()
      expected('the answer', (await connection.answer()).text, 'x')
      await closing
      expected('what came', order.toSorted(), ['cleanup', 'first', 'host.signal', 'second', 'work'])
      expected('host.signal is first', order[0], 'host.signal')
      expected('the order of closing', order.slice(-2), ['second', 'first'])
    },
  },
  {
    id: 'Z08',
    rules: ['S36', 'S12', 'S14'],
    tier: 'cap:start',
    title: 'S36: at the limit what still runs is aborted, cleaned up, and only then the host closes',
    async run(client) {
      const order: string[] = []
      const called = gate()
      const served = await client.serve({
        start(host) {
          host.defer(() => void order.push('closed'))
          return (_request, context) => {
            context.defer(({ aborted }) => void order.push(`cleanup, aborted: ${aborted}`))
            context.signal.addEventListener('abort', () => void order.push('abort'))
            called.give()
            return new Promise(() => {})
          }
        },
      })
      const connection = client.connect(served.origin).write(GET)
      await called.given
      await served.close(20)
      expected('order', order, ['abort', 'cleanup, aborted: true', 'closed'])
      expected('the client gets nothing', await connection.untilClosed(), '')
    },
  },
  {
    id: 'C11',
    rules: ['S12', 'S14'],
    tier: 'cap:start',
    title: 'S12: a client that will send nothing more gets its whole answer, or is one that has left',
    async run(client) {
      for (let turns = 0; turns < 8; turns++) {
        const called = gate()
        const go = gate()
        const ended = gate<boolean>()
        const { origin } = await client.serve(async (_request, context) => {
          context.defer(({ aborted }) => ended.give(aborted))
          called.give()
          await go.given
          return new Response('whole')
        })
        const connection = client.connect(origin).write(GET)
        await called.given
        connection.finish()
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
        go.give()
        const whole = await connection.answer().then(
          ({ complete }) => complete,
          () => false,
        )
        expected(`the client has the answer, or has left, after ${turns} turns`, await ended.given, !whole)
      }
    },
  },
]

async function answerOf(client: Client, origin: string): Promise<string> {
  return (await client.connect(origin).write(GET).answer()).text
}
