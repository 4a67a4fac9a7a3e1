import { everyByte, pattern } from '../dispatcher/response-apps.ts'
import { expected } from '../../middleware/expected.ts'
import type { Answer } from '../client/answer.ts'
import type { ServerCase } from '../case.ts'

const unknown = { transform: 'after a transform nobody knows how long the body is' } as const

/** A response that arrives as the app made it: status, body as text or bytes, content-type. */
const plain: readonly (readonly [
  id: string,
  title: string,
  app: string,
  wanted: readonly [number, string, string | null],
])[] = [
  ['P01', 'a string', 'text', [200, 'hello, wörld', 'text/plain;charset=UTF-8']],
  ['P01b', 'a string by reply()', 'reply-text', [200, 'hello, wörld', 'text/plain;charset=UTF-8']],
  ['P01c', 'JSON by reply()', 'reply-json', [200, '{"a":[1,null]}', 'application/json']],
  ['P02', 'several chunks in their order', 'chunks', [200, 'one,two,three', null]],
  ['P03c', 'URLSearchParams', 'search', [200, 'a=b+c', 'application/x-www-form-urlencoded;charset=UTF-8']],
  ['P05', 'a byte stream', 'byte-stream', [200, 'one,two,three', null]],
  ['P07', '404', 'not-found', [404, 'nothing here', 'text/plain;charset=UTF-8']],
  ['P34', 'an app that answers at once', 'sync', [200, 'at once', 'text/plain;charset=UTF-8']],
  ['P34b', 'an app that answers later', 'async', [200, 'later', 'text/plain;charset=UTF-8']],
]

const bytes: readonly (readonly [id: string, title: string, app: string, type: string | null])[] = [
  ['P03', 'an ArrayBuffer', 'array-buffer', null],
  ['P03b', 'a Uint8Array', 'bytes', null],
  ['P03d', 'bytes by reply()', 'reply-bytes', 'application/octet-stream'],
  ['P03e', 'a Blob', 'blob', 'application/x-blob'],
]

/** The response (SPEC S18 to S26). */
export const responseCases: readonly ServerCase[] = [
  ...plain.map(([id, title, app, wanted]): ServerCase => ({
    id,
    rules: ['S18', 'S23'],
    tier: 'core',
    title: `S18: ${title}`,
    app,
    async run(client) {
      const answer = await client.send({})
      expected('response', [answer.status, answer.text, answer.get('content-type')], wanted)
      expected('complete', answer.complete, true)
    },
  })),
  ...bytes.map(([id, title, app, type]): ServerCase => ({
    id,
    rules: ['S18', 'S23'],
    tier: 'core',
    title: `S18: ${title}, with no content-type but the app's`,
    app,
    async run(client) {
      const answer = await client.send({})
      expected('bytes', [...answer.body], [...everyByte()])
      expected('content-type', answer.get('content-type'), type)
    },
  })),
  {
    id: 'P03f',
    rules: ['S18'],
    tier: 'core',
    title: 'S18: FormData, with the boundary of its content-type',
    app: 'form',
    async run(client) {
      const answer = await client.send({})
      const type = answer.get('content-type') ?? ''
      const form = await new Response(answer.body as BodyInit, { headers: { 'content-type': type } }).formData()
      expected('the form', [...form], [['name', 'wörld']])
    },
  },
  {
    id: 'P03g',
    rules: ['S31', 'S23'],
    tier: 'core',
    title: 'S31: a body in a file arrives as it is, from the file or from the stream',
    app: 'in-file',
    async run(client) {
      const answer = await client.send({})
      expected('the bytes', Buffer.compare(answer.body, pattern(300_000)), 0)
      expected('complete', answer.complete, true)
    },
  },
  {
    id: 'P03h',
    rules: ['S31'],
    tier: 'core',
    title: 'S31: of a file whose stream was transformed the stream is what arrives',
    app: 'in-file-transformed',
    async run(client) {
      expected('the body', (await client.send({})).text, '300000 bytes')
    },
  },
  {
    id: 'P06',
    rules: ['S23'],
    tier: 'core',
    title: 'S23: no body is a body of no bytes, without a content-type',
    app: 'null-body',
    async run(client) {
      const answer = await client.send({})
      const { status, text, complete } = answer
      expected('response', [status, text, complete, answer.get('content-type')], [200, '', true, null])
      expected('content-length', answer.get('content-length'), '0')
    },
  },
  {
    id: 'P08',
    rules: ['S18'],
    tier: 'core',
    title: 'S18: statuses that nobody has registered',
    app: 'status',
    async run(client) {
      for (const status of [200, 299, 399, 418, 499, 599]) {
        expected('status', (await client.send({ fields: [['x-status', String(status)]] })).status, status)
      }
    },
  },
  {
    id: 'P09',
    rules: ['S18'],
    tier: 'origin',
    title: "S18: the app's reason, and a reason where it gives none",
    app: 'reason',
    async run(client) {
      expected('reason', (await client.send({})).reason, 'Quite Fine')
      expected('reason', (await client.send({ app: 'text' })).reason, 'OK')
    },
  },
  {
    id: 'P10',
    rules: ['S26'],
    tier: 'core',
    title: 'S26: each set-cookie is a line of its own',
    app: 'cookies',
    async run(client) {
      const { length } = (await client.send({})).all('set-cookie')
      expected('lines', length, 2)
      const wanted = ['a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT', 'b=2']
      expected('set-cookie', (await client.send({})).all('set-cookie'), wanted)
    },
  },
  {
    id: 'P11',
    rules: ['S19'],
    tier: 'core',
    title: 'S19: a repeated field arrives with all its values in order',
    app: 'repeated',
    async run(client) {
      expected('x-foo', (await client.send({})).get('x-foo'), 'foo, bar, baz')
    },
  },
  {
    id: 'P12',
    rules: ['S26'],
    tier: 'core',
    title: 'S26: a value goes out as Latin-1',
    app: 'latin-1',
    async run(client) {
      expected('x-name', (await client.send({})).get('x-name'), 'caf\xe9')
    },
  },
  {
    id: 'P13',
    rules: ['S23'],
    tier: 'core',
    title: 'S23: a body that looks like a head or like chunks is a body',
    app: 'like-a-head',
    async run(client) {
      const answer = await client.send({})
      expected('the body', answer.text, 'Content-Type: text/html\r\nX-Bogus: 1\r\n\r\n0\r\n\r\nrest')
      expected('x-bogus', answer.get('x-bogus'), null)
    },
  },
  {
    id: 'P14',
    rules: ['S23'],
    tier: 'core',
    title: 'S23: line ends stay as they are',
    app: 'newlines',
    async run(client) {
      expected('the body', (await client.send({})).text, 'a\nb\r\nc\rd\n\n')
    },
  },
  {
    id: 'P16',
    rules: ['S23'],
    tier: 'core',
    title: "S23: the app's content-length frames the body",
    app: 'length',
    async run(client) {
      for (const app of ['length', 'length-known']) {
        const answer = await client.send({ app })
        const { text, complete } = answer
        expected(app, [answer.all('content-length'), text, complete], [['10'], '1234567890', true])
        expected('transfer-encoding', answer.get('transfer-encoding'), null)
      }
    },
  },
  {
    id: 'P17',
    rules: ['S23'],
    tier: 'origin',
    title: 'S23: a body of unknown length is chunked, and ends with the connection for HTTP/1.0',
    app: 'chunks',
    async run(client) {
      expected('HTTP/1.1', (await client.send({})).get('transfer-encoding'), 'chunked')
      const head = client.headOf({}).replace('HTTP/1.1', 'HTTP/1.0')
      const answer = await client.connect().write(head).answer()
      const framing = [answer.get('transfer-encoding'), answer.get('content-length')]
      expected('HTTP/1.0', [...framing, answer.text, answer.complete], [null, null, 'one,two,three', true])
    },
  },
  {
    id: 'P18',
    rules: ['S23'],
    tier: 'origin',
    title: 'S23: no bytes have the length 0 and no transfer-encoding',
    app: 'empty-text',
    except: unknown,
    async run(client) {
      for (const app of ['empty-text', 'null-body']) {
        const answer = await client.send({ app })
        expected(app, [answer.get('content-length'), answer.get('transfer-encoding')], ['0', null])
      }
    },
  },
  {
    id: 'P19',
    rules: ['S23'],
    tier: 'stream',
    title: 'S23: a body that is shorter than content-length is visibly cut off',
    app: 'too-short',
    async run(client) {
      const { text, complete } = await client.send({})
      expected('the body is the beginning', '12345'.startsWith(text), true)
      expected('complete', complete, false)
    },
  },
  {
    id: 'P20',
    rules: ['S23'],
    tier: 'stream',
    title: 'S23: of a body that is longer than content-length no more than that is sent',
    app: 'too-long',
    async run(client) {
      const { text } = await client.send({})
      expected('the body is the beginning', '1234567890'.startsWith(text), true)
    },
  },
  {
    id: 'P21',
    rules: ['S25'],
    tier: 'core',
    title: 'S25: 204 has neither body nor length',
    app: 'no-content',
    async run(client) {
      bodyless(await client.send({}), 204, null)
    },
  },
  {
    id: 'P22',
    rules: ['S25'],
    tier: 'core',
    title: 'S25: 304 has no body, and no length but the one that the app set',
    app: 'not-modified',
    async run(client) {
      const answer = await client.send({})
      bodyless(answer, 304, null)
      expected('etag', answer.get('etag'), '"1"')
    },
  },
  {
    id: 'P22b',
    rules: ['S25'],
    tier: 'core',
    title: 'S25: 304 keeps the content-length that the app set',
    app: 'not-modified-length',
    async run(client) {
      const answer = await client.send({})
      expected('304', [answer.status, answer.get('content-length'), answer.text], [304, '5', ''])
    },
  },
  {
    id: 'P23',
    rules: ['S25'],
    tier: 'core',
    title: 'S25: 205 has no body and says so',
    app: 'reset-content',
    async run(client) {
      bodyless(await client.send({}), 205, '0')
    },
  },
  {
    id: 'P24',
    rules: ['S24'],
    tier: 'core',
    title: 'S24: of a response to HEAD the fields go out and the body is cancelled unsent',
    app: 'head-stream',
    except: { transform: 'a transform pulls one chunk when it is made' },
    async run(client) {
      const answer = await client.send({ method: 'HEAD' })
      const { status, text } = answer
      expected('response', [status, text, answer.get('content-length'), answer.get('etag')], [200, '', '12', '"1"'])
      expected('x-kept', answer.get('x-kept'), 'yes')
      await client.events.until('cancelled')
      await client.events.until('deferred')
      const names = (await client.settled()).map((event) => event.name)
      expected(
        'what the body saw',
        names.filter((name) => name === 'pulled' || name === 'cancelled'),
        ['cancelled'],
      )
    },
  },
  {
    id: 'P24b',
    rules: ['S24'],
    tier: 'core',
    title: 'S24: for HEAD the length is the one of known bytes, or the one that the app set; a null body says nothing',
    app: 'reply-text',
    except: unknown,
    async run(client) {
      const lengthOf = async (app: string): Promise<string | null> =>
        (await client.send({ method: 'HEAD', app })).get('content-length')
      const known = await lengthOf('reply-text')
      expected('known bytes', known === null || known === '13', true)
      expected('the app’s', await lengthOf('head-length'), '1234')
      expected('a null body', await lengthOf('null-body'), null)
    },
  },
  {
    id: 'P25',
    rules: ['S24', 'S28'],
    tier: 'origin',
    title: 'S24: after a response to HEAD the connection goes on with the next one',
    app: 'head-stream',
    async run(client) {
      const connection = client.connect()
      for (const app of ['head-stream', 'chunks', 'text']) {
        connection.write(client.headOf({ method: 'HEAD', app }))
        expected('status', (await connection.answer('HEAD')).status, 200)
      }
      connection.write(client.headOf({ app: 'text' }))
      expected('the next', (await connection.answer()).text, 'hello, wörld')
    },
  },
  {
    id: 'P26',
    rules: ['S22'],
    tier: 'core',
    title: 'S22: fields that belong to the server are not the app’s to set',
    app: 'framing-fields',
    async run(client) {
      const answer = await client.send({})
      const { status, text, complete } = answer
      expected('response', [status, text, complete, answer.get('x-kept')], [200, 'x', true, 'yes'])
      for (const name of ['proxy-connection', 'te', 'trailer', 'upgrade']) expected(name, answer.get(name), null)
      expected('connection', answer.get('connection')?.includes('upgrade') ?? false, false)
      expected('keep-alive', answer.get('keep-alive')?.includes('99') ?? false, false)
      expected('transfer-encoding', [null, 'chunked'].includes(answer.get('transfer-encoding')), true)
    },
  },
  {
    id: 'P27',
    rules: ['S26'],
    tier: 'origin',
    title: "S26: there is one date, the app's if it gives one",
    app: 'text',
    async run(client) {
      const dates = (await client.send({})).all('date')
      expected('dates', dates.length, 1)
      expected('date is a time', Number.isNaN(Date.parse(dates[0]!)), false)
      expected('the app’s', (await client.send({ app: 'own-date' })).all('date'), ['Tue, 15 Nov 1994 08:12:31 GMT'])
    },
  },
  {
    id: 'P28',
    rules: ['S23', 'S21'],
    tier: 'core',
    title: 'S23: 14 kB, 140 kB and 1 MB of bytes arrive as they are, known or streamed',
    app: 'large',
    async run(client) {
      for (const app of ['large', 'large-stream']) {
        for (const size of [14_000, 140_000, 1_000_000]) {
          const { body, complete } = await client.send({ app, fields: [['x-size', String(size)]] })
          expected('size, complete', [body.length, complete], [size, true])
          expected('the same bytes', Buffer.from(pattern(size)).equals(body), true)
        }
      }
    },
  },
  {
    id: 'P31',
    rules: ['S18', 'S22', 'A3'],
    tier: 'core',
    title: 'S18: a response of fetch(), with the fields of the connection it came by',
    app: 'proxy',
    async run(client) {
      const answer = await client.send({})
      const { status, text, complete } = answer
      expected('response', [status, text, complete, answer.get('x-kept')], [203, 'from afar', true, 'yes'])
      expected('set-cookie', answer.all('set-cookie'), ['a=1', 'b=2'])
    },
  },
  {
    id: 'P32',
    rules: ['S18', 'M9'],
    tier: 'core',
    title: 'S18: Response.redirect()',
    app: 'redirect',
    async run(client) {
      const answer = await client.send({})
      expected('response', [answer.status, answer.get('location')], [303, 'http://example.com/elsewhere'])
    },
  },
  {
    id: 'P33',
    rules: ['S18'],
    tier: 'core',
    title: 'S18: a Response of another realm, or a ponyfill',
    app: 'ponyfill',
    async run(client) {
      const answer = await client.send({})
      expected('response', [answer.status, answer.text, answer.get('x-kept')], [201, 'from another realm', 'yes'])
    },
  },
]

function bodyless(answer: Answer, status: number, length: string | null): void {
  const { text, complete } = answer
  const framing = [answer.get('content-length'), answer.get('transfer-encoding')]
  expected('response', [answer.status, text, complete, answer.get('x-kept')], [status, '', true, 'yes'])
  expected('content-length, transfer-encoding', framing, [length, null])
}
