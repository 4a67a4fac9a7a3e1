import { expected } from '../../middleware/expected.ts'
import { seenBy } from './seen.ts'
import type { ServerCase } from '../case.ts'

/** The request's fields (SPEC S5). */
export const headerCases: readonly ServerCase[] = [
  {
    id: 'H01',
    rules: ['S5'],
    tier: 'core',
    title: 'S5: a field arrives as it was sent, its name in any case',
    app: 'seen',
    async run(client) {
      const { field } = await seenBy(client, { fields: [['X-PlAiN', 'a  value, "quoted;"\twith tab']] })
      expected('x-plain', field('x-plain'), 'a  value, "quoted;"\twith tab')
    },
  },
  {
    id: 'H02',
    rules: ['S5'],
    tier: 'core',
    title: 'S5: cookie',
    app: 'seen',
    async run(client) {
      expected('cookie', (await seenBy(client, { fields: [['cookie', 'a=1; b="2"']] })).field('cookie'), 'a=1; b="2"')
    },
  },
  {
    id: 'H03',
    rules: ['S5'],
    tier: 'core',
    title: 'S5: repeated fields are joined in their order, also those that are usually there once',
    app: 'seen',
    async run(client) {
      for (const name of ['x-many', 'accept', 'user-agent', 'authorization', 'if-match']) {
        const { field } = await seenBy(client, {
          fields: [
            [name, 'a'],
            ['x-other', 'o'],
            [name, 'c'],
            [name, 'b'],
          ],
        })
        expected(name, field(name), 'a, c, b')
      }
    },
  },
  {
    id: 'H04',
    rules: ['S5'],
    tier: 'origin',
    title: 'S5: several lines of cookie are joined with a semicolon',
    app: 'seen',
    async run(client) {
      const { field } = await seenBy(client, {
        fields: [
          ['cookie', 'a=1'],
          ['cookie', 'b=2'],
          ['cookie', 'c=3; d=4'],
        ],
      })
      expected('cookie', field('cookie'), 'a=1; b=2; c=3; d=4')
    },
  },
  {
    id: 'H05',
    rules: ['S5'],
    tier: 'core',
    title: 'S5: authorization',
    app: 'seen',
    async run(client) {
      const { field } = await seenBy(client, { fields: [['authorization', 'Basic YTpi']] })
      expected('authorization', field('authorization'), 'Basic YTpi')
    },
  },
  {
    id: 'H06',
    rules: ['S5', 'S9'],
    tier: 'core',
    title: 'S5: values of 128 bytes and of 8 kB',
    app: 'seen',
    async run(client) {
      for (const size of [128, 8000]) {
        const { field } = await seenBy(client, { fields: [['x-big', 'v'.repeat(size)]] })
        expected('length', field('x-big')?.length, size)
      }
    },
  },
  {
    id: 'H06b',
    rules: ['S9'],
    tier: 'origin',
    title: 'S9: a value of 96 kB arrives whole or is refused with 431',
    app: 'seen',
    async run(client) {
      const answer = await client.send({ fields: [['x-big', 'v'.repeat(96_000)]] })
      if (answer.status !== 200) return expected('refusal', answer.status, 431)
      const field = (answer.json().headers as [string, string][]).find(([name]) => name === 'x-big')
      expected('length', field?.[1].length, 96_000)
    },
  },
  {
    id: 'H07',
    rules: ['S5', 'S26'],
    tier: 'core',
    title: 'S5: a value is bytes, each a character',
    app: 'seen',
    async run(client) {
      expected(
        'x-name',
        (await seenBy(client, { fields: [['x-name', 'caf\xe9 \xff']] })).field('x-name'),
        'caf\xe9 \xff',
      )
    },
  },
  {
    id: 'H08',
    rules: ['S5'],
    tier: 'origin',
    title: 'S5: hop-by-hop fields, and those that connection names, do not arrive',
    app: 'seen',
    async run(client) {
      const { headers } = await seenBy(client, {
        fields: [
          ['connection', 'keep-alive, X-Hop'],
          ['keep-alive', 'timeout=5'],
          ['proxy-connection', 'keep-alive'],
          ['te', 'trailers'],
          ['x-hop', 'one hop'],
          ['x-end', 'to the end'],
        ],
      })
      const names = headers.map(([name]) => name).filter((name) => name !== 'host')
      expected('fields', names, ['x-end'])
    },
  },
  {
    id: 'H08b',
    rules: ['S5', 'M3'],
    tier: 'origin',
    title: 'S5: an offer to upgrade does not arrive, and the request is answered as it is',
    app: 'seen',
    async run(client) {
      const { field } = await seenBy(client, {
        fields: [
          ['connection', 'Upgrade, HTTP2-Settings'],
          ['upgrade', 'h2c'],
          ['http2-settings', 'AAMAAABkAAQAAP__'],
        ],
      })
      expected('fields', [field('connection'), field('upgrade'), field('http2-settings')], [null, null, null])
    },
  },
  {
    id: 'H09',
    rules: ['S5'],
    tier: 'core',
    title: 'S5: no content-type and no content-length are invented',
    app: 'seen',
    async run(client) {
      const without = async (spec: Parameters<typeof seenBy>[1]): Promise<void> => {
        const { field } = await seenBy(client, spec)
        expected('content-type, content-length', [field('content-type'), field('content-length')], [null, null])
      }
      const body = new Blob(['abc']).stream()
      await without({})
      await without({ method: 'DELETE' })
      await without({ method: 'POST', body })
    },
  },
  {
    id: 'H10',
    rules: ['S5'],
    tier: 'core',
    title: "S5: content-length is the client's",
    app: 'seen',
    async run(client) {
      const { field, body } = await seenBy(client, {
        method: 'POST',
        body: 'abc',
        fields: [['content-type', 'text/x']],
      })
      expected('fields', [field('content-length'), field('content-type')], ['3', 'text/x'])
      expected('the body', body, 'stream')
    },
  },
  {
    id: 'H13',
    rules: ['S5', 'S9'],
    tier: 'origin',
    title: 'S5: of many small fields all arrive, or the request is refused with 431',
    app: 'seen',
    async run(client) {
      const fields = Array.from({ length: 1200 }, (_, i): [string, string] => [`f${i}`, '1'])
      const answer = await client.send({ fields })
      if (answer.status !== 200) return expected('refusal', answer.status, 431)
      const names = (answer.json().headers as [string, string][]).map(([name]) => name)
      expected('fields', names.filter((name) => /^f\d+$/.test(name)).length, 1200)
    },
  },
]
