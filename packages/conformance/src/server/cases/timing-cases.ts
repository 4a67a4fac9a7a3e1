import { gunzipSync } from 'node:zlib'
import { expected } from '../../middleware/expected.ts'
import { steady } from './steady.ts'
import type { ServerCase } from '../case.ts'

/** When bytes go out (SPEC S20, S21). */
export const timingCases: readonly ServerCase[] = [
  {
    id: 'T01',
    rules: ['S20', 'M13'],
    tier: 'stream',
    title: 'S20: the head goes out before the body has a first chunk',
    app: 'late-body',
    async run(client) {
      const incoming = await client.open({})
      expected('status', incoming.head.status, 200)
      client.events.open('first')
      expected('the chunk', await incoming.text(), 'at last')
      expected('the end', await incoming.read(), null)
    },
  },
  {
    id: 'T02',
    rules: ['S21', 'M8'],
    tier: 'stream',
    title: 'S21: each chunk goes out before the next one exists',
    app: 'lock-step',
    async run(client) {
      const incoming = await client.open({})
      for (let chunk = 0; chunk < 4; chunk++) {
        expected('the chunk', await incoming.text(), `chunk ${chunk}`)
        client.events.open(`saw ${chunk}`)
      }
      expected('the end', await incoming.read(), null)
    },
  },
  {
    id: 'T03',
    rules: ['S21'],
    tier: 'stream',
    title: 'S21: what is pushed into a stream goes out at once, after any pause',
    app: 'pushed',
    async run(client) {
      const incoming = await client.open({})
      for (let chunk = 0; chunk < 3; chunk++) {
        expected('the chunk', await incoming.text(), `chunk ${chunk}`)
        client.events.open(`saw ${chunk}`)
      }
      expected('the end', await incoming.read(), null)
    },
  },
  {
    id: 'T04',
    rules: ['S21', 'M8'],
    tier: 'stream',
    title: 'S21: events that a layer compresses go out one by one, and as they are',
    app: 'compressed-events',
    async run(client) {
      const incoming = await client.open({})
      expected('content-encoding', incoming.head.get('content-encoding'), 'gzip')
      const members: Uint8Array[] = []
      for (let event = 0; event < 3; event++) {
        members.push((await incoming.read()) ?? new Uint8Array())
        expected('the event', gunzipSync(members.at(-1)!).toString(), `data: ${event}\n\n`)
        client.events.open(`saw ${event}`)
      }
      expected('the end', await incoming.read(), null)
    },
  },
  {
    id: 'P35',
    rules: ['S21', 'M7'],
    tier: 'stream',
    title: 'S21: of a body that the client does not take no more is made than fits a bounded buffer',
    app: 'plenty',
    async run(client) {
      const incoming = await client.open({})
      incoming.pause()
      const made = (): number => client.events.seen.filter((event) => event.name === 'mebibyte').length
      await steady(made)
      // The buffers of a connection on loopback hold up to 36 MiB.
      expected(`${made()} MiB made of 96 are less than 64`, made() < 64, true)
      incoming.leave()
      await client.events.until('cancelled')
    },
  },
]
