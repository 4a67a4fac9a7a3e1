import { expected } from '../../middleware/expected.ts'
import { gate } from './gate.ts'
import { lines } from './refused.ts'
import type { App } from '@fsgi/core'
import type { ServerCase } from '../case.ts'

const GET = lines('GET / HTTP/1.1', 'host: localhost')
const LAST = lines('GET / HTTP/1.1', 'host: localhost', 'connection: close')

/** HTTPS (SPEC S3, S10). */
export const tlsCases: readonly ServerCase[] = [
  {
    id: 'K08',
    rules: ['S3', 'S10', 'G8'],
    tier: 'cap:tls',
    title: 'S3: over TLS the scheme is https and encrypted is true, whatever a client says',
    async run(client) {
      const app: App = (request, context) => {
        const { encrypted, peerAddress, localAddress } = context
        const tls = typeof (context as { tls?: unknown }).tls
        return new Response(JSON.stringify({ url: request.url, encrypted, peerAddress, localAddress, tls }))
      }
      const { origin } = await client.serve(app, { tls: true })
      const { host, port } = new URL(origin)
      const connection = client.connect(origin)
      for (const field of ['x-plain: 1', 'x-forwarded-proto: http', 'forwarded: proto=http']) {
        const head = lines('GET /a?b HTTP/1.1', `host: ${host}`, field)
        const seen = (await connection.write(head).answer()).json()
        expected(`url, encrypted with ${field}`, [seen.url, seen.encrypted], [`https://${host}/a?b`, true])
        expected('ports', [seen.peerAddress.port, seen.localAddress.port], [connection.ownAddress[1], Number(port)])
        expected('tls, a name for later', seen.tls, 'undefined')
      }
    },
  },
  {
    id: 'K08b',
    rules: ['S1', 'S2'],
    tier: 'cap:tls',
    title: 'S2: over TLS the port that is left out is 443',
    async run(client) {
      const { origin } = await client.serve((request) => new Response(request.url), { tls: true })
      const connection = client.connect(origin)
      const urlOf = async (line: string, host: string): Promise<string> =>
        (await connection.write(lines(line, `host: ${host}`)).answer()).text
      expected('443', await urlOf('GET / HTTP/1.1', 'example.com:443'), 'https://example.com/')
      expected('80', await urlOf('GET / HTTP/1.1', 'example.com:80'), 'https://example.com:80/')
    },
  },
  {
    id: 'K08c',
    rules: ['S3', 'S9'],
    tier: 'cap:tls',
    title: 'S3: what does not speak TLS reaches no app, and the server goes on',
    async run(client) {
      let calls = 0
      const { origin } = await client.serve(() => new Response(String(++calls)), { tls: true })
      const plain = client.connect(origin.replace('https:', 'http:')).write(LAST)
      const rest = await plain.untilClosed()
      expected('no success', /HTTP\/1\.1 2/.test(rest), false)
      expected('the next', (await client.connect(origin).write(GET).answer()).text, '1')
    },
  },
  {
    id: 'K08d',
    rules: ['S27', 'S12'],
    tier: 'cap:tls',
    title: 'S27: a body that fails over TLS ends so that the client can tell',
    async run(client) {
      const ended = gate<boolean>()
      const texts = ['begun']
      const app: App = (_request, { defer }) => {
        defer(({ aborted }) => ended.give(aborted))
        const pull = (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void => {
          const text = texts.pop()
          if (text === undefined) throw new Error('the secret of the app')
          controller.enqueue(new TextEncoder().encode(text))
        }
        return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }))
      }
      const { origin } = await client.serve(app, { tls: true })
      const answer = await client
        .connect(origin)
        .write(GET)
        .answer()
        .catch(() => undefined)
      expected('the body is the beginning', 'begun'.startsWith(answer?.text ?? ''), true)
      expected('complete', answer?.complete ?? false, false)
      expected('aborted', await ended.given, true)
    },
  },
  {
    id: 'K08e',
    rules: ['S36'],
    tier: 'cap:tls',
    title: 'S36: connections that are idle, or have not finished their handshake, do not hold up a shutdown',
    async run(client) {
      const served = await client.serve(() => new Response('x'), { tls: true })
      const used = client.connect(served.origin).write(GET)
      await used.answer()
      const silent = client.connect(served.origin.replace('https:', 'http:'))
      await silent.written(new Uint8Array([0x16, 3, 1])) // the beginning of a TLS record
      await served.close(10_000) // longer than a case may take
      expected('the rest', [await used.untilClosed(), await silent.untilClosed()], ['', ''])
    },
  },
]
