import { expected } from '../../middleware/expected.ts'
import { lines, selecting } from './refused.ts'
import type { Client } from '../client/client.ts'
import type { ServerCase } from '../case.ts'

/** Messages of which two readers could find different ends (SPEC S9, RFC 9112 §6.3, §11.2), and what is no request at all. */
export const framingCases: readonly ServerCase[] = [
  {
    id: 'B20',
    rules: ['S9'],
    tier: 'origin',
    title: 'S9: conflicting lengths are refused with 400 and a closed connection',
    async run(client) {
      for (const given of [
        ['content-length: 4', 'transfer-encoding: chunked'],
        ['transfer-encoding: chunked', 'content-length: 4'],
        ['content-length: 4', 'content-length: 5'],
        ['content-length: 4, 5'],
        ['content-length: +4'],
        ['content-length: 0x4'],
        ['content-length: -4'],
        ['content-length: 4 4'],
        ['content-length: four'],
      ]) {
        expected(`status of ${given.join(', ')}`, await smuggled(client, given, '0\r\n\r\n'), 400)
      }
    },
  },
  {
    id: 'B22',
    rules: ['S9', 'S6'],
    tier: 'origin',
    title: 'S9: a transfer-encoding that is not chunked is refused, however it is spelled',
    async run(client) {
      for (const coding of ['xchunked', 'chunked, chunked', 'chunked, gzip', 'identity', '"chunked"']) {
        const status = await smuggled(client, [`transfer-encoding: ${coding}`], '0\r\n\r\n')
        expected(`${coding} is refused with 400 or 501, not ${status}`, status === 400 || status === 501, true)
      }
      for (const line of [
        'transfer-encoding : chunked',
        ' transfer-encoding: chunked',
        'transfer-encoding\t: chunked',
      ]) {
        expected(`status of ${JSON.stringify(line)}`, await smuggled(client, [line], '0\r\n\r\n'), 400)
      }
    },
  },
  {
    id: 'B22b',
    rules: ['S9'],
    tier: 'origin',
    title:
      'S9: a coding that the server does not know is refused though chunked comes last, with all that is behind it',
    async run(client) {
      const status = await smuggled(client, ['transfer-encoding: gzip, chunked'], '0\r\n\r\n')
      expected(`refused with 400 or 501, not ${status}`, status === 400 || status === 501, true)
    },
  },
  {
    id: 'B23',
    rules: ['S9', 'S6'],
    tier: 'origin',
    title: 'S6: malformed chunks fail the body, and nothing behind them is a request',
    async run(client) {
      for (const chunk of [
        'zz\r\n',
        '-1\r\n',
        'ffffffffffffffffff\r\n',
        '5\r\n1234567\r\n',
        '5 5\r\n12345\r\n',
        '\r\n',
      ]) {
        const head = lines(
          'POST / HTTP/1.1',
          'host: localhost',
          'transfer-encoding: chunked',
          ...selecting(client, 'read-to-the-end'),
        )
        const connection = client.connect().write(head + chunk + behind(client))
        const answer = await connection.answer().catch(() => undefined)
        expected(`success of ${JSON.stringify(chunk)}`, answer !== undefined && answer.status < 400, false)
        await connection.untilClosed()
      }
      const events = await client.settled()
      expected('requests found behind', events.filter((event) => event.name === 'deferred').length, 0)
      expected(
        'bodies that were read to their end',
        events.filter(({ data }) => String(data).startsWith('read ')),
        [],
      )
    },
  },
  {
    id: 'E14',
    rules: ['S2', 'S9'],
    tier: 'origin',
    title: 'S2: what is no request is refused with 400 and a closed connection',
    async run(client) {
      const host = 'host: localhost'
      for (const text of [
        'hello\r\n\r\n',
        '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n',
        lines('GET', host),
        lines('GET /', host),
        lines('GET / HTTP/1.1 x', host),
        lines('GET / HTTQ/1.1', host),
        lines('GET x HTTP/1.1', host),
        lines('GET / HTTP/1.1', host, 'no colon'),
        lines('GET / HTTP/1.1', host, ': no name'),
        lines('GET / HTTP/1.1', host, 'na me: x'),
        lines('GET / HTTP/1.1', host, 'x: a', ' folded'),
        lines('GET / HTTP/1.1', host, 'x: a\x00b'),
        lines('GET / HTTP/1.1', host, 'x: a\rb'),
      ]) {
        const connection = client
          .connect()
          .write(text.replace(/\r\n$/, `${selecting(client, 'called').join('\r\n')}\r\n\r\n`))
        const { status } = await connection.answer()
        const wanted = text.startsWith('GET /\r\n') && status === 505 ? 505 : 400 // no version is one that nobody speaks
        expected(`status of ${JSON.stringify(text)}`, status, wanted)
        await connection.untilClosed()
      }
      const called = (await client.settled()).filter((event) => event.name === 'called').length
      expected('calls of the app', called, 0)
    },
  },
  {
    id: 'E14b',
    rules: ['S2'],
    tier: 'origin',
    title: 'S2: a version that the server does not speak is refused',
    async run(client) {
      for (const version of ['HTTP/3.7', 'HTTP/0.9', 'HTTP/1.10', 'http/1.1']) {
        const { status } = await client
          .connect()
          .write(lines(`GET / ${version}`, 'host: localhost'))
          .answer()
        expected(`${version} is refused with 400 or 505, not ${status}`, status === 400 || status === 505, true)
      }
    },
  },
  {
    id: 'E15',
    rules: ['S9'],
    tier: 'origin',
    title: 'S9: a head that never ends is refused with 431, and the connection closed',
    async run(client) {
      const connection = client.connect().write(lines('GET / HTTP/1.1', 'host: localhost').slice(0, -2))
      for (let line = 0; line < 2000 && connection.ended === undefined && connection.unread === ''; line++) {
        await connection.written(Buffer.from(`x-${line}: ${'v'.repeat(1000)}\r\n`))
      }
      expected('status', (await connection.answer()).status, 431)
      await connection.untilClosed()
    },
  },
]

/** A request behind a body, of which nobody may hear. */
function behind(client: Client): string {
  return lines('GET / HTTP/1.1', 'host: localhost', ...selecting(client, 'throws'))
}

/** Sends a request with these fields and another behind it; the status, once the connection is closed and no app was called. */
async function smuggled(client: Client, given: readonly string[], body: string): Promise<number> {
  const head = lines('POST / HTTP/1.1', 'host: localhost', ...given, ...selecting(client, 'called'))
  const connection = client.connect().write(head + body + behind(client))
  const { status } = await connection.answer()
  if (status < 400) return status // not refused, and perhaps never closed
  const rest = await connection.untilClosed()
  expected('answers', rest.includes('HTTP/1.1 '), false)
  expected(
    `calls of the app for ${given.join(', ')}`,
    (await client.settled()).filter((event) => event.name === 'called').length,
    0,
  )
  return status
}
