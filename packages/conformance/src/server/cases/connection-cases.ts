import { expected } from '../../middleware/expected.ts'
import { lines, selecting } from './refused.ts'
import type { ServerCase } from '../case.ts'

/** What a connection is, beyond one exchange (SPEC S8, S28, RFC 9112 §9). */
export const connectionCases: readonly ServerCase[] = [
  {
    id: 'C01',
    rules: ['S28', 'S23'],
    tier: 'origin',
    title: 'S28: one connection serves request after request, of every framing',
    app: 'text',
    async run(client) {
      const connection = client.connect()
      for (const app of [
        'text',
        'chunks',
        'null-body',
        'no-content',
        'not-modified',
        'reset-content',
        'throws',
        'text',
      ]) {
        const answer = await connection.write(client.headOf({ app })).answer()
        expected(`complete answer of ${app}`, answer.complete, true)
      }
      expected('received behind them', connection.unread, '')
    },
  },
  {
    id: 'C02',
    rules: ['S28'],
    tier: 'origin',
    title: 'S28: pipelined requests are answered in their order, however long the first takes',
    app: 'late-body',
    async run(client) {
      const connection = client.connect()
      connection.write(
        client.headOf({ app: 'late-body' }) + client.headOf({ app: 'text' }) + client.headOf({ app: 'search' }),
      )
      expected('the first head', (await connection.head()).status, 200)
      client.events.open('first')
      let first = ''
      for (let piece = await connection.read(); piece !== null; piece = await connection.read()) first += piece.length
      expected('the first body', first, '7')
      expected('the second', (await connection.answer()).text, 'hello, wörld')
      expected('the third', (await connection.answer()).text, 'a=b+c')
    },
  },
  {
    id: 'C02b',
    rules: ['S28', 'S8'],
    tier: 'origin',
    title: 'S28: pipelined requests with bodies, read or not',
    app: 'echo',
    async run(client) {
      const connection = client.connect()
      for (const app of ['echo', 'unread', 'echo'])
        connection.write(`${client.headOf({ method: 'POST', app, body: app })}${app}`)
      const texts = [await connection.answer(), await connection.answer(), await connection.answer()].map(
        ({ text }) => text,
      )
      expected('answers', texts, ['echo', 'not read', 'echo'])
    },
  },
  {
    id: 'C03',
    rules: ['S28', 'S5'],
    tier: 'origin',
    title: 'S28: a connection that the client asks to close is closed after the response',
    app: 'text',
    async run(client) {
      const connection = client.connect().write(client.headOf({ fields: [['connection', 'close']] }))
      const answer = await connection.answer()
      expected('response', [answer.text, answer.get('connection')?.toLowerCase()], ['hello, wörld', 'close'])
      expected('the rest', await connection.untilClosed(), '')
    },
  },
  {
    id: 'C03b',
    rules: ['S28'],
    tier: 'origin',
    title: 'S28: behind a request that is the last on its connection nothing is processed (RFC 9112 §9.6)',
    app: 'text',
    async run(client) {
      const last = client.headOf({ fields: [['connection', 'close']] })
      const connection = client.connect().write(last + client.headOf({ app: 'called' }))
      expected('answer', (await connection.answer()).text, 'hello, wörld')
      expected('the rest', await connection.untilClosed(), '')
      const called = (await client.settled()).filter((event) => event.name === 'called').length
      expected('calls behind it', called, 0)
    },
  },
  {
    id: 'C04',
    rules: ['S10', 'S2', 'S23'],
    tier: 'origin',
    title: 'S10: HTTP/1.0 is answered without a Host, and the connection closed',
    app: 'seen',
    async run(client) {
      const fields = [`x-fsgi-case: seen`, ...selecting(client, 'seen').slice(1)]
      const connection = client.connect().write(lines('GET /path HTTP/1.0', ...fields))
      const answer = await connection.answer()
      const { protocol, path } = answer.json() as { protocol: string; path: string }
      expected('protocol, path', [protocol, path], ['HTTP/1.0', '/path'])
      expected('transfer-encoding', answer.get('transfer-encoding'), null)
      expected('the rest', await connection.untilClosed(), '')
    },
    except: { mount: 'the request is not below it' },
  },
  {
    id: 'C06',
    rules: ['S29', 'A1'],
    tier: 'core',
    title: 'S29: fifty requests are in progress at the same time',
    app: 'values',
    async run(client) {
      const names = Array.from({ length: 50 }, (_, i) => `n${i}`)
      const begun = names.map((name) => client.begin({ fields: [['x-name', name]] }))
      await client.events.until('called', 50)
      client.events.open('all')
      for (const [index, { answer }] of begun.entries()) {
        expected('its own value', (await answer).json().seen[2][0], names[index])
      }
    },
  },
  {
    id: 'C07',
    rules: ['S29'],
    tier: 'origin',
    title: 'S29: hundreds of connections that are idle, or stopped in a head or a body, keep nobody waiting',
    async run(client) {
      const head = client.headOf({ app: 'read-to-the-end', method: 'POST', fields: [['content-length', '9']] })
      for (const text of ['', head.slice(0, 30), `${head}1234`])
        await Promise.all(Array.from({ length: 80 }, () => client.connect().written(Buffer.from(text))))
      await client.events.until('called', 80)
      expected('the answer', (await client.send({ app: 'text' })).text, 'hello, wörld')
    },
  },
  {
    id: 'C09',
    rules: ['S28'],
    tier: 'origin',
    title: 'S28: a request that arrives byte by byte is one request',
    app: 'echo',
    async run(client) {
      const connection = client.connect()
      const bytes = Buffer.from(`${client.headOf({ method: 'POST', body: 'abc' })}abc`)
      for (let i = 0; i < bytes.length; i++) {
        await connection.written(bytes.subarray(i, i + 1))
        await new Promise((resolve) => setImmediate(resolve)) // for a server in this process to see one at a time
      }
      expected('echo', (await connection.answer()).text, 'abc')
    },
  },
  {
    id: 'C10',
    rules: ['S12', 'S16'],
    tier: 'origin',
    title: 'S12: connections that are reset at any point leave the server as it was',
    app: 'echo',
    async run(client) {
      const whole = `${client.headOf({ method: 'POST', body: 'x'.repeat(1000) })}${'x'.repeat(1000)}`
      for (const length of [0, 1, 20, 200, whole.length - 500, whole.length]) {
        const connection = client.connect()
        await connection.written(Buffer.from(whole.slice(0, length), 'latin1'))
        connection.reset()
      }
      const answer = await client.send({ method: 'POST', body: 'still there' })
      expected('the next', answer.text, 'still there')
    },
  },
]
