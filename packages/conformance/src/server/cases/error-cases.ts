import { expected } from '../../middleware/expected.ts'
import { reportsOf } from './reports-of.ts'
import type { Answer } from '../client/answer.ts'
import type { ServerCase } from '../case.ts'

const SECRET = 'the secret of the app'
const notAResponse = {
  headers: 'the layer itself fails on what is no Response, before the server sees it',
  transform: 'the layer itself fails on what is no Response, before the server sees it',
} as const

const before: readonly (readonly [
  id: string,
  title: string,
  apps: readonly string[],
  except?: ServerCase['except'],
])[] = [
  ['E01', 'an app that throws', ['throws', 'throws-a-string']],
  ['E02', 'an app that rejects', ['rejects']],
  [
    'E03',
    'an app that returns anything but a Response',
    ['returns-undefined', 'returns-null', 'returns-text', 'returns-number', 'returns-object', 'resolves-undefined'],
    notAResponse,
  ],
  ['E04', 'Response.error()', ['error-response']],
  ['E05', 'a body that was read, or is locked', ['used-body', 'locked-body']],
]

/** Errors of the app (SPEC S16, S18, S27). */
export const errorCases: readonly ServerCase[] = [
  ...before.map(([id, title, apps, except = {}]): ServerCase => ({
    id,
    rules: ['S18', 'S27', 'G3'],
    tier: 'core',
    title: `S27: ${title} is a plain 500 without details, and the next request is answered`,
    app: apps[0]!,
    except,
    async run(client) {
      for (const app of apps) {
        plain500(await client.send({ app }))
        expected('the next', (await client.send({ app: 'text' })).text, 'hello, wörld')
      }
    },
  })),
  {
    id: 'E06',
    rules: ['S18', 'A2'],
    tier: 'core',
    title: 'S18: the same Response a second time is an error',
    app: 'same-response',
    async run(client) {
      await client.send({}) // 200, unless another case had it before
      plain500(await client.send({}))
    },
  },
  {
    id: 'E07',
    rules: ['S27', 'S20'],
    tier: 'stream',
    title: 'S27: a body that fails before its first chunk is no complete response',
    app: 'fails-first',
    async run(client) {
      const answer = await client.send({}).catch(() => undefined)
      expected('complete', answer?.complete ?? false, false)
      expected('no details', answer?.text ?? '', '')
    },
  },
  {
    id: 'E08',
    rules: ['S27'],
    tier: 'stream',
    title: 'S27: a body that fails later ends so that the client can tell, and nothing is appended',
    app: 'fails-when-seen',
    async run(client) {
      for (const fields of [[], [['x-length', '1000']]] as const) {
        const incoming = await client.open({ fields })
        expected('the beginning', await incoming.text(), 'begun')
        client.events.open('seen')
        const end = await incoming.text().catch(() => 'cut off')
        expected('the end', end, 'cut off')
      }
    },
  },
  {
    id: 'E08b',
    rules: ['S27'],
    tier: 'origin',
    title: 'S27: also where the body ends with the connection',
    app: 'fails-later',
    async run(client) {
      const connection = client.connect().write(client.headOf({}).replace('HTTP/1.1', 'HTTP/1.0'))
      const answer = await connection.answer().catch(() => undefined) // a reset may overtake the head
      expected('the body', ['', 'begun'].includes(answer?.text ?? ''), true)
      expected('complete', answer?.complete ?? false, false)
    },
  },
  {
    id: 'E09',
    rules: ['S27', 'A2'],
    tier: 'stream',
    title: 'S27: a chunk that is not bytes fails the body',
    app: 'string-chunk',
    async run(client) {
      const answer = await client.send({}).catch(() => undefined) // an error that comes at once may prevent the head
      expected('the body is what came before', ['', 'begun'].includes(answer?.text ?? ''), true)
      expected('complete', answer?.complete ?? false, false)
    },
  },
  {
    id: 'E10',
    rules: ['S18', 'S27'],
    tier: 'origin',
    title: 'S27: a field value with a line end, from headers that do not check, splits nothing',
    app: 'splits',
    except: { transform: 'new Response() refuses the value first' },
    async run(client) {
      const connection = client.connect().write(client.headOf({}))
      const answer = await connection.answer()
      plain500(answer)
      expected('x-injected', answer.get('x-injected'), null)
      expected('received behind it', connection.unread, '')
    },
  },
  {
    id: 'E12',
    rules: ['S16', 'S27'],
    tier: 'cap:report',
    title: 'S16: an error is reported exactly once',
    app: 'throws',
    except: { lint: 'lint reports what it finds as well' },
    async run(client) {
      const apps = ['throws', 'rejects', 'error-response', 'used-body', 'fails-first', 'fails-later', 'string-chunk']
      for (const [index, app] of apps.entries()) {
        await client.send({ app }).catch(() => {})
        await client.events.until('deferred', index + 1)
        const reports = await reportsOf(client)
        expected(`reports after ${apps.slice(0, index + 1).join(', ')}`, reports.length, index + 1)
      }
    },
  },
  {
    id: 'E12b',
    rules: ['S16', 'S23'],
    tier: 'cap:report',
    title: 'S23: a body of a length that was not declared is reported once',
    app: 'too-short',
    async run(client) {
      for (const [index, app] of ['too-short', 'too-long'].entries()) {
        await client.send({ app })
        await client.events.until('report', index + 1)
        const reports = await reportsOf(client)
        expected(`reports after ${app}`, reports.length, index + 1)
      }
    },
  },
  {
    id: 'E13',
    rules: ['S20'],
    tier: 'core',
    title: 'S20: the app is called once per request, also if it fails',
    app: 'throws',
    async run(client) {
      const apps = ['throws', 'rejects', 'fails-first', 'fails-later', 'error-response']
      for (const app of apps) await client.send({ app }).catch(() => {})
      await client.events.until('deferred', apps.length)
      const called = (await client.settled()).filter((event) => event.name === 'called').length
      expected('calls', called, apps.length)
    },
  },
  {
    id: 'X11',
    rules: ['S16'],
    tier: 'cap:report',
    title: 'S16: what an app reports reaches the operator, and not the client',
    app: 'reports-itself',
    async run(client) {
      const answer = await client.send({})
      expected('response', [answer.status, answer.text], [200, 'all is well'])
      expected('reports', await client.events.until('report'), [`Error: ${SECRET}`])
      expected('in the head', JSON.stringify(answer.fields).includes(SECRET), false)
    },
  },
]

function plain500(answer: Answer): void {
  expected('status, complete', [answer.status, answer.complete], [500, true])
  const all = answer.text + answer.reason + JSON.stringify(answer.fields)
  expected(
    'a detail of the error',
    /secret|at .*\d+:\d+|node_modules|\.ts\b|TypeError/.exec(all)?.[0] ?? 'none',
    'none',
  )
}
