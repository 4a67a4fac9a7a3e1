import { expected } from '../../middleware/expected.ts'
import { lines } from './refused.ts'
import type { App } from '@fsgi/core'
import type { Client } from '../client/client.ts'
import type { ServerCase } from '../case.ts'

const HERE = ['127.0.0.1', '::1'] // where the client of the suite is

/** Proxies that an operator trusts (SPEC S3, M15). */
export const proxyCases: readonly ServerCase[] = [
  {
    id: 'U23',
    rules: ['S3', 'S10', 'M15'],
    tier: 'cap:proxy',
    title: 'S3: a trusted proxy says who the client is, with X-Forwarded-*; the peer and the target stay',
    async run(client) {
      const given = ['x-forwarded-for: 203.0.113.9', 'x-forwarded-proto: https', 'x-forwarded-host: shop.example']
      const seen = await seenThrough(client, HERE, given)
      expected('url', seen.url, 'https://shop.example/a?b')
      expected('remoteAddress', seen.remote, '203.0.113.9')
      expected('peerAddress', seen.peer, seen.own)
      expected('target, encrypted', [seen.target, seen.encrypted], ['/a?b', false])
    },
  },
  {
    id: 'U23b',
    rules: ['S3', 'M15'],
    tier: 'cap:proxy',
    title: 'S3: and with Forwarded (RFC 7239)',
    async run(client) {
      const given = ['forwarded: for="[2001:db8::7]:4711";proto=https;host="shop.example:8443"']
      const { url, remote } = await seenThrough(client, HERE, given)
      expected('url, remoteAddress', [url, remote], ['https://shop.example:8443/a?b', '2001:db8::7'])
    },
  },
  {
    id: 'U23c',
    rules: ['S3', 'M15'],
    tier: 'cap:proxy',
    title: 'S3: what stands left of the first address that is not trusted says nothing',
    async run(client) {
      const trusted = [...HERE, '10.0.0.7']
      for (const given of [
        'x-forwarded-for: 10.0.0.7, 6.6.6.6, 203.0.113.9, 10.0.0.7',
        'forwarded: for=10.0.0.7, for=6.6.6.6;host=evil.example;proto=https, for=203.0.113.9, for=10.0.0.7',
      ]) {
        const { url, remote, origin } = await seenThrough(client, trusted, [given])
        expected(`remoteAddress, url for ${given}`, [remote, url], ['203.0.113.9', `${origin}/a?b`])
      }
    },
  },
  {
    id: 'U23d',
    rules: ['S3', 'M15'],
    tier: 'cap:proxy',
    title: 'S3: a peer that is no trusted proxy is the client, whatever it sends',
    async run(client) {
      const said = [
        'x-forwarded-for: 192.0.2.1',
        'x-forwarded-host: evil.example',
        'forwarded: for=192.0.2.1;proto=https',
      ]
      const { url, remote, own, origin } = await seenThrough(client, ['192.0.2.1'], said)
      expected('url, remoteAddress', [url, remote], [`${origin}/a?b`, own])
    },
  },
  {
    id: 'U23e',
    rules: ['S3', 'S2', 'S10'],
    tier: 'cap:proxy',
    title: 'S3: what a trusted proxy says and is no address, scheme or authority gets nowhere',
    async run(client) {
      for (const said of [
        ['x-forwarded-for: unknown', 'x-forwarded-proto: javascript', 'x-forwarded-host: user@evil.example/x'],
        ['forwarded: for=_hidden;proto=javascript;host="a b"'],
        ['forwarded: for="'],
      ]) {
        const seen = await seenThrough(client, HERE, said)
        expected(`url after ${said.join(', ')}`, seen.url, `${seen.origin}/a?b`)
        expected('remoteAddress', [null, seen.own].includes(seen.remote), true)
      }
    },
  },
]

interface Forwarded {
  readonly url: string
  readonly remote: string | null
  readonly peer: string | null
  readonly target: string
  readonly encrypted: boolean
  /** The client's own address. */
  readonly own: string
  /** The server's. */
  readonly origin: string
}

/** What an app is told of a request that comes to a server which trusts these proxies. */
async function seenThrough(
  client: Client,
  trustProxy: readonly string[],
  fields: readonly string[],
): Promise<Forwarded> {
  const app: App = (request, { remoteAddress, peerAddress, target, encrypted }) => {
    const [remote, peer] = [remoteAddress?.address ?? null, peerAddress?.address ?? null]
    return new Response(JSON.stringify({ url: request.url, remote, peer, target, encrypted }))
  }
  const { origin } = await client.serve(app, { trustProxy })
  const connection = client
    .connect(origin)
    .write(lines('GET /a?b HTTP/1.1', `host: ${new URL(origin).host}`, ...fields))
  const answer = await connection.answer()
  return { ...answer.json(), own: connection.ownAddress[0], origin }
}
