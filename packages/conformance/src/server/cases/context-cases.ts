import { expected } from '../../middleware/expected.ts'
import type { ServerCase } from '../case.ts'

/** The context (SPEC S10, S11, S17, G1 to G8). */
export const contextCases: readonly ServerCase[] = [
  {
    id: 'X01',
    rules: ['S10', 'G2', 'G6', 'G8'],
    tier: 'core',
    title: 'S10: every member is there, with its type, and no reserved name has a meaning of its own',
    app: 'members',
    async run(client) {
      const seen = (await client.send({})).json()
      expected('signal', seen.signal, true)
      expected('target, mount, path', seen.texts, ['string', 'string', 'string'])
      expected('env', seen.env, 'object')
      expected('functions', seen.functions, ['function', 'function', 'function', 'function'])
      expected('fsgi.exchange, fsgi.derive', [seen.exchange, seen.derive], ['object', 'function'])
      expected('sendInformational', ['function', 'undefined'].includes(seen.sendInformational), true)
      expected('reserved', seen.reserved, [])
    },
  },
  {
    id: 'X02',
    rules: ['S10', 'S3'],
    tier: 'core',
    title: 'S10: an address is an address or null',
    app: 'members',
    async run(client) {
      const { addresses, peerAddress, remoteAddress } = (await client.send({})).json()
      for (const shape of addresses) expected('address', ['SocketAddress', 'null'].includes(shape), true)
      expected('remoteAddress', remoteAddress, peerAddress)
    },
  },
  {
    id: 'X02b',
    rules: ['S10', 'S3'],
    tier: 'origin',
    title: "S10: the addresses are the connection's",
    app: 'members',
    async run(client) {
      const connection = client.connect().write(client.headOf({}))
      const { peerAddress, localAddress } = (await connection.answer()).json()
      const { hostname, port } = new URL(client.origin)
      expected('localAddress', [localAddress.address, localAddress.port], [hostname, Number(port)])
      expected('peerAddress', [peerAddress.address, peerAddress.port], connection.ownAddress)
    },
  },
  {
    id: 'X03',
    rules: ['S10', 'S3'],
    tier: 'core',
    title: 'S10: protocol and encrypted',
    app: 'members',
    async run(client) {
      const { protocol, encrypted } = (await client.send({})).json()
      expected('protocol, encrypted', [protocol, encrypted], ['HTTP/1.1', false])
    },
  },
  {
    id: 'X04',
    rules: ['S10', 'S1'],
    tier: 'core',
    title: 'S10: target is the request-target as it was received',
    app: 'seen',
    async run(client) {
      const targets = ['/a/../b/%2e/c?x', '/caf%c3%a9?%zz', '//a//b', '/?']
      for (const target of targets) {
        expected('target', (await client.send({ target })).json().target, client.mount + target)
      }
    },
  },
  {
    id: 'X05',
    rules: ['S11'],
    tier: 'core',
    title: 'S11: mount and path are the pathname',
    app: 'seen',
    async run(client) {
      const { mount, path } = (await client.send({ target: '/a%20b/' })).json()
      expected('mount, path', [mount, path], [client.mount, '/a b/'])
    },
  },
  {
    id: 'X06',
    rules: ['S11', 'G4', 'M16'],
    tier: 'core',
    title: 'S11: below a prefix mount has moved and path is the rest; beside it is nothing',
    app: 'mounted',
    async run(client) {
      const places = [
        ['/api/v%201', '/api/v%201', ''],
        ['/api/v%201/', '/api/v%201', '/'],
        ['/api/%76%201//x%2Fy?q', '/api/%76%201', '//x%2Fy'],
      ] as const
      for (const [target, mount, path] of places) {
        const seen = (await client.send({ target })).json()
        expected(`mount, path of ${target}`, [seen.mount, seen.path], [client.mount + mount, path])
      }
      for (const target of ['/api/v%2010', '/api', '/api%2Fv%201']) {
        expected(`status of ${target}`, (await client.send({ target })).status, 404)
      }
      const { url } = (await client.send({ target: '/plain/x?q' })).json()
      expected('url without the mount', url, `${client.origin}/x?q`)
    },
  },
  {
    id: 'X07',
    rules: ['G1'],
    tier: 'core',
    title: 'G1: the app is called with two arguments',
    app: 'arguments',
    async run(client) {
      expected('arguments', (await client.send({})).json().argumentCount, 2)
    },
  },
  {
    id: 'X09',
    rules: ['G4', 'G5', 'S17'],
    tier: 'core',
    title: 'G4, S17: added values go down, not up, and not into another exchange; the exchange stays one',
    app: 'values',
    async run(client) {
      const begun = ['ada', 'bob'].map((name) => client.begin({ fields: [['x-name', name]] }))
      await client.events.until('called', 2)
      client.events.open('all')
      for (const [index, name] of ['ada', 'bob'].entries()) {
        const { seen, shared } = (await begun[index]!.answer).json()
        expected('user, role', seen, [
          [null, null],
          [name, null],
          [name, `role of ${name}`],
        ])
        expected('one exchange', shared, true)
      }
    },
  },
  {
    id: 'X10',
    rules: ['G5', 'G8'],
    tier: 'core',
    title: 'G5: with() refuses the names of members and those that are reserved',
    app: 'refused-names',
    async run(client) {
      const { refused, signal } = (await client.send({})).json()
      expected('refusals', [...new Set(refused)], ['TypeError'])
      expected('the context is as it was', signal, true)
    },
  },
  {
    id: 'X13',
    rules: ['G2', 'A11'],
    tier: 'core',
    title: 'G2: the request is a Request of this realm, with nothing attached, and can be copied',
    app: 'genuine',
    async run(client) {
      const seen = (await client.send({ method: 'POST', body: 'content' })).json()
      expected('instances', [seen.request, seen.headers], [true, true])
      expected('the copy', seen.copied, ['POST', true, 'yes', 'content'])
      expected('own properties', seen.own, [])
    },
  },
  {
    id: 'X14',
    rules: ['G4', 'S14'],
    tier: 'core',
    title: 'G4: what is deferred through a derived context runs with the rest, in reverse order',
    app: 'defers-below',
    async run(client) {
      await client.send({})
      await client.events.until('above')
      expected(
        'order',
        (await client.settled()).map((event) => event.name),
        ['below', 'above'],
      )
    },
  },
  {
    id: 'X15',
    rules: ['S17', 'S32'],
    tier: 'core',
    title: 'S17: env has nothing of the request',
    app: 'env',
    async run(client) {
      expected('keys', (await client.send({ fields: [['proxy', 'http://evil.example']] })).json().keys, [])
    },
  },
]
