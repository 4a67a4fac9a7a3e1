import { expected } from '../../middleware/expected.ts'
import { lines, refused, selecting } from './refused.ts'
import { seenBy } from './seen.ts'
import type { Client } from '../client/client.ts'
import type { ServerCase } from '../case.ts'

/** A target arrives in the URL as it is spelled, and in the path decoded once. */
const targets: readonly (readonly [id: string, title: string, target: string, path: string])[] = [
  ['U06', 'an escaped comma stays escaped in the URL', '/a%2Cb', '/a,b'],
  ['U07', 'an escaped percent sign is not decoded twice', '/a%252Cb', '/a%252Cb'],
  ['U08', 'an escaped slash is no border', '/a%2fb', '/a%2Fb'],
  ['U09', 'UTF-8 is decoded', '/%E3%81%82', '/あ'],
  ['U10', 'what is not UTF-8 stays escaped', '/%BF%27', "/%BF'"],
  ['U11', 'repeated slashes stay, and stay on this host', '//foo///bar', '//foo///bar'],
]

/** The request line (SPEC S1 to S4, "The path"). */
export const urlCases: readonly ServerCase[] = [
  {
    id: 'U01',
    rules: ['S1', 'S11'],
    tier: 'core',
    title: 'S1: method, URL with its query, path',
    app: 'seen',
    async run(client) {
      const { method, url, path, mount } = await seenBy(client, { target: '/some/path?x=1&y=%202' })
      expected('method', method, 'GET')
      expected('url', url, `${client.origin}${client.mount}/some/path?x=1&y=%202`)
      expected('mount and path', [mount, path], [client.mount, '/some/path'])
    },
  },
  {
    id: 'U02',
    rules: ['S4'],
    tier: 'core',
    title: 'S4: methods of other specifications are passed on',
    app: 'seen',
    async run(client) {
      for (const name of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'REPORT']) {
        expected('method', (await seenBy(client, { method: name })).method, name)
      }
    },
  },
  {
    id: 'U02b',
    rules: ['S4'],
    tier: 'core',
    title: 'S4: unknown methods, and known ones in lower case, are passed on as they are',
    app: 'seen',
    async run(client) {
      for (const name of ['patch', 'X-CUSTOM'])
        expected('method', (await seenBy(client, { method: name })).method, name)
    },
  },
  {
    id: 'U03',
    rules: ['S24'],
    tier: 'core',
    title: 'S24: HEAD arrives as HEAD',
    app: 'seen-in-fields',
    async run(client) {
      expected('method', (await client.send({ method: 'HEAD' })).get('x-method'), 'HEAD')
    },
  },
  {
    id: 'U04',
    rules: ['S4'],
    tier: 'origin',
    title: 'S4: CONNECT, TRACE and TRACK are answered by the server, which goes on',
    async run(client) {
      for (const line of ['TRACE / HTTP/1.1', 'TRACK / HTTP/1.1', 'CONNECT example.com:443 HTTP/1.1']) {
        const { status } = await refused(client, lines(line, 'host: example.com:443', ...selecting(client, 'called')))
        expected(`status class of ${line}`, Math.floor(status / 100) >= 4, true)
      }
    },
  },
  {
    id: 'U05',
    rules: ['S4'],
    tier: 'origin',
    title: 'S4: OPTIONS * is answered by the server',
    async run(client) {
      const { status } = await refused(
        client,
        lines('OPTIONS * HTTP/1.1', 'host: localhost', ...selecting(client, 'called')),
      )
      expected('success', status === 200 || status === 204, true)
    },
  },
  ...targets.map(([id, title, target, path]): ServerCase => ({
    id,
    rules: ['S1', 'S10'],
    tier: 'core',
    title: `S1: ${title}`,
    app: 'seen',
    async run(client) {
      const seen = await seenBy(client, { target })
      expected('url', seen.url, `${client.origin}${client.mount}${target}`)
      expected('path', seen.path, path)
    },
  })),
  {
    id: 'U12',
    rules: ['S1'],
    tier: 'core',
    title: 'S1: dot segments are removed, escaped ones too',
    app: 'seen',
    async run(client) {
      for (const target of ['/a/./x/../b', '/a/%2e/x/%2E%2e/b', '/a/.%2e/a/b']) {
        const { url, path } = await seenBy(client, { target })
        expected(`url of ${target}`, [url, path], [`${client.origin}${client.mount}/a/b`, '/a/b'])
      }
    },
  },
  {
    id: 'U12b',
    rules: ['S1', 'S11'],
    tier: 'core',
    title: 'S1: dot segments lead nowhere above the root',
    app: 'seen',
    except: { mount: 'above the root is outside of the mount' },
    async run(client) {
      for (const target of ['/../../b', '/%2e%2e/b', '/a/../../b']) {
        expected(`path of ${target}`, (await seenBy(client, { target })).path, '/b')
      }
    },
  },
  {
    id: 'U13',
    rules: ['S1', 'S2'],
    tier: 'origin',
    title: 'S1, S2: a backslash is a slash or refused; a space or a byte that is not ASCII is escaped or refused',
    app: 'seen',
    async run(client) {
      const targets = ['/a\\b', '/a b', '/caf\xe9', '/\x80%80', '/a\tb', '/a\x7fb']
      for (const target of targets) {
        const { status, ...answer } = await client.send({ app: 'seen-in-fields', target })
        if (status !== 400 && status !== 200) throw new Error(`${JSON.stringify(target)} is answered by ${status}`)
        const path = answer.fields.find((field) => field[0] === 'x-path')?.[1]
        if (status === 200 && target === '/a\\b') expected('the path', path, '/a/b')
        if (status === 200) expected(`no control in ${path}`, /[^!-~]/.test(path!), false)
      }
      expected('the next request', (await seenBy(client, { target: '/next' })).path, '/next')
    },
  },
  {
    id: 'U14',
    rules: ['S1'],
    tier: 'core',
    title: 'S1: an empty query, and one with a malformed escape, stay as they are',
    app: 'seen',
    async run(client) {
      for (const target of ['/?', '/?%zz', '/?a?b/../c', '/?a=+%20']) {
        expected('url', (await seenBy(client, { target })).url, `${client.origin}${client.mount}${target}`)
      }
    },
  },
  {
    id: 'U15',
    rules: ['S1', 'S2'],
    tier: 'origin',
    title: 'S1: a fragment in the target is refused or stripped',
    app: 'seen',
    async run(client) {
      const answer = await client.send({ target: '/a?b#c' })
      if (answer.status !== 400) expected('url', answer.json().url, `${client.origin}${client.mount}/a?b`)
    },
  },
  {
    id: 'U16',
    rules: ['S1'],
    tier: 'core',
    title: 'S1: an escaped number sign begins no fragment',
    app: 'seen',
    async run(client) {
      const { url, path } = await seenBy(client, { target: '/a%23b?c%23d' })
      expected('url', url, `${client.origin}${client.mount}/a%23b?c%23d`)
      expected('path', path, '/a#b')
    },
  },
  {
    id: 'U17',
    rules: ['S2'],
    tier: 'origin',
    title: 'S2: the authority of an absolute-form target wins over Host',
    app: 'seen',
    async run(client) {
      const { url, target } = await seenBy(client, { target: `http://other.example${client.mount}/a?b` })
      expected('url', url, `http://other.example${client.mount}/a?b`)
      expected('target', target, `http://other.example${client.mount}/a?b`)
    },
  },
  {
    id: 'U18',
    rules: ['S2'],
    tier: 'origin',
    title: 'S2: userinfo is refused, in Host and in the target',
    async run(client) {
      const called = selecting(client, 'called')
      for (const [target, host] of [
        ['/', 'user@localhost'],
        ['/', 'user:secret@localhost'],
        ['http://user@localhost/', 'localhost'],
        ['@evil.example/', 'localhost'],
      ]) {
        const { status } = await refused(client, lines(`GET ${target} HTTP/1.1`, `host: ${host}`, ...called))
        expected(`status of ${target} at ${host}`, status, 400)
      }
    },
  },
  {
    id: 'U19',
    rules: ['S2'],
    tier: 'origin',
    title: 'S2: a Host that is missing, repeated or invalid is refused',
    async run(client) {
      const hosts = [[], ['host: a', 'host: a'], ['host: a', 'host: b'], ['host: a b'], ['host: a/b'], ['host: a,b']]
      for (const given of [...hosts, ['host: '], ['host: [::1'], ['host: a:b'], ['host: a?b'], ['host: a:99999']]) {
        const head = lines('GET / HTTP/1.1', ...given, ...selecting(client, 'called'))
        expected(`status of ${given.join(', ')}`, (await refused(client, head)).status, 400)
      }
    },
  },
  {
    id: 'U20',
    rules: ['S2'],
    tier: 'core',
    title: "S2: an IPv6 host, and the scheme's own port left out",
    app: 'seen',
    async run(client) {
      await authority(client, '[::1]:81', 'http://[::1]:81')
      await authority(client, 'example.com:80', 'http://example.com')
      await authority(client, 'EXAMPLE.com', 'http://example.com')
    },
  },
  {
    id: 'U21',
    rules: ['S3'],
    tier: 'core',
    title: "S3: scheme and encryption are the connection's",
    app: 'seen',
    async run(client) {
      const { url, encrypted } = await seenBy(client, {})
      expected('scheme, encrypted', [new URL(url).protocol, encrypted], [new URL(client.origin).protocol, false])
    },
  },
  {
    id: 'U22',
    rules: ['S3', 'M15'],
    tier: 'core',
    title: 'S3: what only a trusted proxy may say changes nothing, and is passed on',
    app: 'seen',
    async run(client) {
      const said = [
        ['x-forwarded-for', '203.0.113.9'],
        ['x-forwarded-host', 'evil.example'],
        ['x-forwarded-proto', 'https'],
        ['forwarded', 'for=203.0.113.9;host=evil.example;proto=https'],
      ] as const
      const seen = await seenBy(client, { fields: said })
      expected('url, encrypted', [seen.url, seen.encrypted], [`${client.origin}${client.mount}/`, false])
      for (const [name, value] of said) expected(name, seen.field(name), value)
    },
  },
  {
    id: 'U24',
    rules: ['S1', 'S9'],
    tier: 'core',
    title: 'S9: a target of 8 kB arrives',
    app: 'seen',
    async run(client) {
      const target = `/${'a'.repeat(8000)}`
      expected('path', (await seenBy(client, { target })).path, target)
    },
  },
  {
    id: 'U24b',
    rules: ['S9'],
    tier: 'origin',
    title: 'S9: a target of 64 kB arrives whole or is refused with 414 or 431',
    app: 'seen',
    async run(client) {
      const target = `/${'a'.repeat(64_000)}`
      const answer = await client.send({ target })
      if (answer.status === 200) expected('path', answer.json().path, target)
      else expected('refusal', answer.status === 414 || answer.status === 431, true)
    },
  },
]

async function authority(client: Client, host: string, origin: string): Promise<void> {
  const { url, field } = await seenBy(client, { fields: [['host', host]] })
  expected('url, host', [url, field('host')], [`${origin}${client.mount}/`, host])
}
