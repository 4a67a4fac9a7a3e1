import { expected } from '../../middleware/expected.ts'
import type { ServerCase } from '../case.ts'

/** Optional members of the context (SPEC G6, S39). */
export const capabilityCases: readonly ServerCase[] = [
  {
    id: 'K01',
    rules: ['S39', 'G7'],
    tier: 'cap:informational',
    title: 'S39: informational responses come before the final one, with their fields',
    app: 'hints',
    async run(client) {
      const { interim, status, ...answer } = await client.send({})
      expected('statuses', [...interim.map((head) => head.status), status], [103, 102, 200])
      const links = interim[0]!.fields.filter(([name]) => name === 'link').map(([, value]) => value)
      expected('link', links.join(', '), '</a.css>; rel=preload, </b.js>; rel=preload')
      expected(
        'fields of the final one',
        answer.fields.some(([name]) => name === 'link'),
        false,
      )
    },
  },
  {
    id: 'K01b',
    rules: ['S39', 'S28'],
    tier: 'cap:informational',
    title: 'S39: of pipelined requests none gets the informational responses of another',
    app: 'hints',
    async run(client) {
      const head = (name: string): string => client.headOf({ fields: [['x-name', name]] })
      const connection = client.connect().write(head('first') + head('second'))
      expected('the first', (await connection.answer()).text, 'for first')
      const second = await connection.answer()
      expected('the second', second.text, 'for second')
      const has = await client.events.until('has', 2)
      expected('informational responses of the second', second.interim.length, has[1] === 'function' ? 2 : 0)
    },
  },
  {
    id: 'K02',
    rules: ['S39', 'G6'],
    tier: 'origin',
    title: 'S39: sendInformational is absent for an HTTP/1.0 client',
    app: 'hints',
    async run(client) {
      const answer = await client.connect().write(client.headOf({}).replace('HTTP/1.1', 'HTTP/1.0')).answer()
      expected('interim, status', [answer.interim.length, answer.status], [0, 200])
      expected('sendInformational', await client.events.until('has'), ['undefined'])
    },
  },
  {
    id: 'K02b',
    rules: ['G6'],
    tier: 'core',
    title: 'G6: sendInformational is absent or works',
    app: 'hints',
    async run(client) {
      const { interim, text } = await client.send({})
      const [has] = await client.events.until('has')
      expected('informational responses', interim.length, has === 'function' ? 2 : 0)
      expected('the answer', text, 'for nobody')
    },
  },
  {
    id: 'K03',
    rules: ['S39'],
    tier: 'cap:informational',
    title: 'S39: it throws once the app has returned',
    app: 'late-hints',
    async run(client) {
      const answer = await client.send({})
      client.events.open('answered')
      expected('late', await client.events.until('late'), ['Error'])
      expected('interim', answer.interim.length, 0)
    },
  },
  {
    id: 'K03b',
    rules: ['S39'],
    tier: 'cap:informational',
    title: 'S39: it throws a RangeError for what is no informational status, for 100 and 101',
    app: 'wrong-hints',
    async run(client) {
      const answer = await client.send({})
      expected('errors', [...new Set(answer.json())], ['RangeError'])
      expected('interim', answer.interim.length, 0)
    },
  },
]
