import { createHash } from 'node:crypto'
import { everyByte, pattern } from '../dispatcher/response-apps.ts'
import { expected } from '../../middleware/expected.ts'
import { lines, refused, selecting } from './refused.ts'
import { steady } from './steady.ts'
import type { Client } from '../client/client.ts'
import type { ServerCase } from '../case.ts'

const MIB = 1024 * 1024

/** The request's body, as it should be (SPEC S6 to S9). What is wrong on purpose is in framing-cases.ts. */
export const bodyCases: readonly ServerCase[] = [
  {
    id: 'B01',
    rules: ['S6'],
    tier: 'core',
    title: 'S6: a form arrives with its type',
    app: 'echo',
    async run(client) {
      const type = 'application/x-www-form-urlencoded'
      const answer = await client.send({ method: 'POST', body: 'a=1&b=%20', fields: [['content-type', type]] })
      expected('echo', [answer.text, answer.get('content-type')], ['a=1&b=%20', type])
    },
  },
  {
    id: 'B02',
    rules: ['S6'],
    tier: 'core',
    title: 'S6: 96 kB arrive as they are',
    app: 'digest',
    run: (client) => digest(client, 96_000),
  },
  {
    id: 'B03',
    rules: ['S7'],
    tier: 'stream',
    title: 'S7: of a body that nobody reads yet no more is taken than fits a bounded buffer',
    app: 'read-later',
    async run(client) {
      let sent = 0
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
        {
          pull(controller) {
            if (sent === 32) return controller.close()
            sent++
            controller.enqueue(new Uint8Array(MIB))
          },
        },
        { highWaterMark: 0 },
      )
      const { answer } = client.begin({ method: 'POST', body })
      await client.events.until('called')
      await steady(() => sent)
      expected(`${sent} MiB taken of 32 are less than 24`, sent < 24, true)
      client.events.open('read')
      expected('bytes read', (await answer).text, String(32 * MIB))
    },
  },
  {
    id: 'B04',
    rules: ['S6'],
    tier: 'core',
    title: 'S6: a body of unknown length arrives',
    app: 'echo',
    async run(client) {
      const answer = await client.send({ method: 'POST', body: new Blob(['one,', 'two']).stream() })
      expected('echo', answer.text, 'one,two')
    },
  },
  {
    id: 'B05',
    rules: ['S6'],
    tier: 'origin',
    title: 'S6: chunk extensions, chunks of one byte and trailers are no content',
    app: 'echo',
    async run(client) {
      const chunks = ['3;name=value;x\r\nabc\r\n', '1\r\nd\r\n', '0001\r\ne\r\n', 'A;q="\\""\r\n0123456789\r\n']
      const connection = client.connect().write(client.headOf({ method: 'POST', body: new ReadableStream() }))
      for (const chunk of chunks) connection.write(chunk)
      connection.write('0;last\r\nx-trailer: yes\r\nx-fsgi-case: called\r\n\r\n')
      expected('echo', (await connection.answer()).text, 'abcde0123456789')
      connection.write(client.headOf({ app: 'text' }))
      expected('the next', (await connection.answer()).text, 'hello, wörld')
    },
  },
  {
    id: 'B06',
    rules: ['S6'],
    tier: 'core',
    title: 'S6: a POST without content reads as no bytes',
    app: 'read-as-text',
    async run(client) {
      expected('with a length', (await client.send({ method: 'POST', body: '' })).json()[1], '')
      expected('in chunks', (await client.send({ method: 'POST', body: new Blob([]).stream() })).json()[1], '')
    },
  },
  {
    id: 'B07',
    rules: ['S6'],
    tier: 'core',
    title: 'S6: without a body it is null, and reads as no bytes',
    app: 'read-as-text',
    async run(client) {
      for (const method of ['GET', 'DELETE', 'POST'])
        expected(method, (await client.send({ method })).json(), [true, ''])
    },
  },
  {
    id: 'B08',
    rules: ['S8'],
    tier: 'origin',
    title: 'S8: a body that nobody reads does not disturb the next request',
    app: 'unread',
    run: (client) => inTheWay(client, 'not read'),
  },
  {
    id: 'B09',
    rules: ['S8'],
    tier: 'origin',
    title: 'S8: nor does one that is read in part',
    app: 'read-one',
    run: (client) => inTheWay(client, 'one of some bytes'),
  },
  {
    id: 'B10',
    rules: ['S8'],
    tier: 'origin',
    title: 'S8: nor one that is cancelled',
    app: 'cancel-body',
    run: (client) => inTheWay(client, 'cancelled'),
  },
  {
    id: 'B10b',
    rules: ['S8', 'S12'],
    tier: 'core',
    title: 'S8: an answer comes though the body is not read, read in part or cancelled',
    app: 'unread',
    async run(client) {
      const body = pattern(200_000)
      for (const app of ['unread', 'read-one', 'cancel-body']) {
        expected(`status of ${app}`, (await client.send({ method: 'POST', app, body })).status, 200)
      }
    },
  },
  {
    id: 'B11',
    rules: ['S7'],
    tier: 'origin',
    title: 'S7: 100 Continue is sent when the body is first read, not before',
    app: 'read-later',
    async run(client) {
      const fields = [
        ['expect', '100-continue'],
        ['content-length', '5'],
      ] as const
      const connection = client.connect().write(client.headOf({ method: 'POST', fields }))
      await client.events.until('called')
      await client.settled()
      expected('received before the first read', connection.unread, '')
      client.events.open('read')
      expected('interim', (await connection.head()).status, 100)
      expected('answer', (await connection.write('12345').answer()).text, '5')
    },
  },
  {
    id: 'B12',
    rules: ['S7', 'S8'],
    tier: 'origin',
    title: 'S7: no 100 Continue is sent when the final response begins first',
    app: 'unread',
    async run(client) {
      const fields = [
        ['expect', '100-continue'],
        ['content-length', '5'],
      ] as const
      const connection = client.connect().write(client.headOf({ method: 'POST', fields }))
      const { status, text, interim } = await connection.answer()
      expected('answer', [status, text, interim.length], [200, 'not read', 0])
    },
  },
  {
    id: 'B13',
    rules: ['S6', 'S12', 'S13'],
    tier: 'origin',
    title: 'S6: a truncated message fails the body and aborts the signal',
    app: 'read-to-the-end',
    async run(client) {
      const heads = [{ fields: [['content-length', '100']] as const }, { body: new ReadableStream() }]
      for (const [index, head] of heads.entries()) {
        const connection = client.connect().write(client.headOf({ method: 'POST', ...head }))
        await client.events.until('called', index + 1)
        connection.write('body' in head ? '5\r\n12345\r\n' : '12345').leave()
        expected('how reading ended', (await client.events.until('read', index + 1)).at(-1), 'failed')
        await client.events.until('abort', index + 1)
      }
    },
  },
  {
    id: 'B14',
    rules: ['S6', 'S20', 'S21'],
    tier: 'stream',
    title: 'S21: a response may stream back what is still being sent',
    app: 'echo-stream',
    async run(client) {
      let sender: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (controller) => void (sender = controller) })
      sender!.enqueue(new TextEncoder().encode('ping 0'))
      const incoming = await client.open({ method: 'POST', body })
      for (let turn = 0; turn < 3; turn++) {
        expected('the echo', await incoming.text(), `ping ${turn}`)
        if (turn < 2) sender!.enqueue(new TextEncoder().encode(`ping ${turn + 1}`))
      }
      sender!.close()
      expected('the end', await incoming.read(), null)
    },
  },
  {
    id: 'B15',
    rules: ['S6', 'A7'],
    tier: 'core',
    title: 'S6: a body can be read once',
    app: 'read-twice',
    async run(client) {
      expected('two reads', (await client.send({ method: 'POST', body: 'once' })).text, 'once, refused')
    },
  },
  {
    id: 'B16',
    rules: ['S6'],
    tier: 'core',
    title: 'S6: every value of a byte arrives',
    app: 'echo',
    async run(client) {
      const { body } = await client.send({ method: 'POST', body: everyByte() })
      expected('bytes', [...body], [...everyByte()])
    },
  },
  {
    id: 'B17',
    rules: ['S6'],
    tier: 'core',
    title: 'S6: a multipart upload',
    app: 'upload-form',
    async run(client) {
      const form = new FormData()
      form.set('text', 'wörld')
      form.set('file', new File([pattern(20_000)], 'a b.bin', { type: 'application/x-a' }))
      const encoded = new Response(form)
      const type = encoded.headers.get('content-type')!
      const body = new Uint8Array(await encoded.arrayBuffer())
      const parts = (await client.send({ method: 'POST', body, fields: [['content-type', type]] })).json()
      expected('parts', parts, [
        ['text', 'wörld'],
        ['file', 'a b.bin', 'application/x-a', hashOf(pattern(20_000))],
      ])
    },
  },
  {
    id: 'B18',
    rules: ['S6'],
    tier: 'core',
    title: 'S6: 1 MB arrives as it is',
    app: 'digest',
    run: (client) => digest(client, 1_000_000),
  },
  {
    id: 'B19',
    rules: ['S9'],
    tier: 'origin',
    title: 'S9: a length beyond every limit is refused with 413, before the app is called',
    async run(client) {
      const length = 'content-length: 100000000000000'
      const head = lines('POST / HTTP/1.1', 'host: localhost', length, ...selecting(client, 'called'))
      expected('status', (await refused(client, head)).status, 413)
    },
  },
  {
    id: 'B21',
    rules: ['S6', 'S8'],
    tier: 'origin',
    title: 'S6: a GET with content is a GET without a body, and the connection goes on behind the content',
    app: 'read-as-text',
    async run(client) {
      const connection = client.connect()
      connection.write(client.headOf({ fields: [['content-length', '5']] })).write('12345')
      expected('the app saw', (await connection.answer()).json(), [true, ''])
      await nextOrClosed(client, connection)
    },
  },
]

async function digest(client: Client, size: number): Promise<void> {
  const { text } = await client.send({ method: 'POST', body: pattern(size) })
  expected('length and hash', text, `${size} ${hashOf(pattern(size))}`)
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Sends bodies that look like requests, which the app does not read, and then a request on the same connection. */
async function inTheWay(client: Client, wanted: string): Promise<void> {
  const trap = client.headOf({ app: 'called' })
  for (const size of [1, 2000]) {
    const body = trap.repeat(size)
    const connection = client
      .connect()
      .write(client.headOf({ method: 'POST', body }))
      .write(body)
    expected('answer', (await connection.answer()).text, wanted)
    await nextOrClosed(client, connection)
    const chunked = client.connect().write(client.headOf({ method: 'POST', body: new ReadableStream() }))
    chunked.write(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
    expected('answer', (await chunked.answer()).text, wanted)
    await nextOrClosed(client, chunked)
  }
  const called = (await client.settled()).filter((event) => event.name === 'called').length
  expected('requests found in bodies', called, 0)
}

async function nextOrClosed(client: Client, connection: ReturnType<Client['connect']>): Promise<void> {
  connection.write(client.headOf({ app: 'text' }))
  const next = await connection.answer().catch(() => undefined)
  if (next !== undefined) expected('the next answer', [next.status, next.text], [200, 'hello, wörld'])
}
