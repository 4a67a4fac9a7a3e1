import { expected } from '../../middleware/expected.ts'
import { reportsOf } from './reports-of.ts'
import type { Client } from '../client/client.ts'
import type { ServerCase } from '../case.ts'

/** The signal, what is deferred, and work that outlives the response (SPEC S12 to S15). */
export const lifetimeCases: readonly ServerCase[] = [
  {
    id: 'Y01',
    rules: ['S12', 'S14'],
    tier: 'core',
    title: 'S12: the signal does not abort when all goes well, nor when the client leaves after that',
    app: 'lives',
    async run(client) {
      const requests = [
        { kind: 'text', method: 'GET', status: 200 },
        { kind: 'known', method: 'GET', status: 200 },
        { kind: 'stream', method: 'GET', status: 200 },
        { kind: 'stream', method: 'HEAD', status: 200 },
        { kind: 'not-modified', method: 'GET', status: 304 },
        { kind: 'read', method: 'POST', status: 200 },
        { kind: 'unread', method: 'POST', status: 200 },
      ]
      for (const [index, { kind, method, status }] of requests.entries()) {
        const body = method === 'POST' ? { body: 'content' } : {}
        const { answer, leave } = client.begin({ method, fields: [['x-kind', kind]], ...body })
        await answer
        const outcome = (await client.events.until('outcome', index + 1)).at(-1)
        expected(`outcome of ${method} ${kind}`, outcome, { status, aborted: false, error: true })
        leave()
        const events = await client.settled()
        expected(`aborts after ${method} ${kind}`, events.filter((event) => event.name === 'abort').length, 0)
        expected('outcomes', events.filter((event) => event.name === 'outcome').length, index + 1)
      }
    },
  },
  {
    id: 'Y02',
    rules: ['S12', 'S14'],
    tier: 'stream',
    title: 'S12: it aborts when the client leaves before the response',
    app: 'hangs',
    async run(client) {
      const { leave } = client.begin({})
      await client.events.until('called')
      leave()
      expected('the reason', await client.events.until('abort'), ['AbortError'])
      expected('outcome', await client.events.until('outcome'), [{ status: null, aborted: true, reason: true }])
    },
  },
  {
    id: 'Y02b',
    rules: ['S12', 'S13'],
    tier: 'stream',
    title: 'S13: a response that comes after the client has left is cancelled with the reason',
    app: 'answers-too-late',
    except: { transform: 'the reason passes a transform only once its body is read' },
    async run(client) {
      const { leave } = client.begin({})
      await client.events.until('called')
      leave()
      expected('cancelled with the reason', await client.events.until('cancel'), [true])
      expected('outcome', await client.events.until('outcome'), [{ status: null, aborted: true, reason: true }])
    },
  },
  {
    id: 'Y03',
    rules: ['S12', 'S13'],
    tier: 'stream',
    title: 'S13: when the client leaves during the body, signal, cancel and outcome have one reason',
    app: 'drips',
    async run(client) {
      const incoming = await client.open({})
      expected('a first chunk', await incoming.text(), 'drop')
      incoming.leave()
      expected('the reason', await client.events.until('abort'), ['AbortError'])
      expected('cancelled with the reason', await client.events.until('cancel'), [true])
      expected('outcome', await client.events.until('outcome'), [{ status: 200, aborted: true, reason: true }])
      const names = (await client.settled()).map((event) => event.name)
      expected('each once', names.toSorted(), ['abort', 'cancel', 'outcome'])
    },
  },
  {
    id: 'Y04',
    rules: ['S12', 'S13', 'S6'],
    tier: 'stream',
    title: "S13: reading the request's body fails with the reason",
    app: 'uploads',
    async run(client) {
      let sender: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (controller) => void (sender = controller) })
      sender!.enqueue(new Uint8Array(10))
      const { leave } = client.begin({ method: 'POST', body })
      await client.events.until('called')
      leave()
      expected('how reading ended', await client.events.until('read'), ['failed with the reason'])
      expected('outcome', await client.events.until('outcome'), [{ status: null, aborted: true, reason: true }])
    },
  },
  {
    id: 'Y05',
    rules: ['S12'],
    tier: 'stream',
    title: 'S12: it aborts also if the app keeps nothing but a listener',
    app: 'forgets',
    async run(client) {
      const { leave } = client.begin({})
      await client.events.until('called')
      leave()
      await client.events.until('abort')
    },
  },
  {
    id: 'Y06',
    rules: ['S14'],
    tier: 'core',
    title: 'S14: what was deferred runs in reverse order, one after the other, once',
    app: 'defers',
    run: (client) => deferred(client, ['stream', 'known']),
  },
  {
    id: 'Y07',
    rules: ['S14'],
    tier: 'core',
    title: 'S14: also after a throw, after garbage, for HEAD and 304',
    app: 'defers',
    run: (client) => deferred(client, ['throw', 'garbage', 'not-modified', 'HEAD']),
  },
  {
    id: 'Y08',
    rules: ['S14'],
    tier: 'core',
    title: 'S14: one that fails does not stop the others',
    app: 'defers-and-fails',
    async run(client) {
      expected('response', (await client.send({})).text, 'x')
      await client.events.until('first')
    },
  },
  {
    id: 'Y08b',
    rules: ['S14', 'S16'],
    tier: 'cap:report',
    title: 'S14: each that fails is reported once',
    app: 'defers-and-fails',
    async run(client) {
      await client.send({})
      await client.events.until('first')
      const reports = await reportsOf(client)
      expected('reports', reports, ['Error: another cleanup failed', 'Error: a cleanup failed'])
    },
  },
  {
    id: 'Y09',
    rules: ['S14', 'S27'],
    tier: 'core',
    title: 'S14: the outcome of an error has the status that went out and the error',
    app: 'throws',
    async run(client) {
      await client.send({})
      expected('outcome', await client.events.until('deferred'), [{ status: 500, aborted: false, failed: true }])
    },
  },
  {
    id: 'Y09b',
    rules: ['S12', 'S14', 'S27'],
    tier: 'stream',
    title: 'S14: the outcome of a body that fails is an abort',
    app: 'fails-later',
    async run(client) {
      for (const [index, app] of ['fails-later', 'fails-first', 'string-chunk'].entries()) {
        await client.send({ app }).catch(() => {})
        const outcome = (await client.events.until('deferred', index + 1)).at(-1)
        expected(`outcome of ${app}`, outcome, { status: 200, aborted: true, failed: true })
      }
    },
  },
  {
    id: 'Y10',
    rules: ['S15'],
    tier: 'core',
    title: 'S15: work that outlives the response does not delay it, and is done',
    app: 'works-on',
    async run(client) {
      const { answer, leave } = client.begin({})
      expected('the response', (await answer).text, 'x')
      leave()
      client.events.open('work')
      await client.events.until('worked')
      expected('aborts', (await client.settled()).filter((event) => event.name === 'abort').length, 0)
    },
  },
  {
    id: 'Y11',
    rules: ['S15', 'S16'],
    tier: 'cap:report',
    title: 'S15: work that fails is reported once',
    app: 'works-in-vain',
    async run(client) {
      expected('the response', (await client.send({})).text, 'x')
      await client.events.until('report')
      const reports = await reportsOf(client)
      expected('reports', reports, ['Error: the work failed'])
    },
  },
  {
    id: 'Y12',
    rules: ['S14', 'A5'],
    tier: 'core',
    title: 'S14: what was deferred runs though the body was never begun',
    app: 'generates',
    async run(client) {
      expected('body', (await client.send({ method: 'HEAD' })).text, '')
      await client.events.until('deferred')
      expected('times', (await client.settled()).filter((event) => event.name === 'deferred').length, 1)
    },
  },
  {
    id: 'Y13',
    rules: ['S14'],
    tier: 'core',
    title: 'S14: what is deferred after the end runs at once, with the outcome',
    app: 'defers-late',
    async run(client) {
      await client.send({})
      expected('the status it was given', await client.events.until('late'), [200])
    },
  },
  {
    id: 'C08',
    rules: ['S16'],
    tier: 'cap:report',
    title: 'S16: that a client left is no error',
    app: 'drips',
    async run(client) {
      const incoming = await client.open({})
      await incoming.read()
      incoming.leave()
      await client.events.until('outcome')
      const { leave } = client.begin({ app: 'hangs' })
      await client.events.until('called')
      leave()
      await client.events.until('outcome', 2)
      const reports = await reportsOf(client)
      expected('reports', reports, [])
    },
  },
]

async function deferred(client: Client, kinds: readonly string[]): Promise<void> {
  const wanted = ['third', 'second', 'first'].flatMap((name) => [`${name} begins`, `${name} ends`])
  for (const [index, kind] of kinds.entries()) {
    await client.send({ method: kind === 'HEAD' ? 'HEAD' : 'GET', fields: [['x-kind', kind]] })
    await client.events.until('first ends', index + 1)
    const names = (await client.settled()).map((event) => event.name)
    expected(`the order for ${kind}`, names.slice(index * wanted.length), wanted)
  }
}
