import type { Client } from './client.ts'
import type { Events } from '../events/collector.ts'

/**
 * Asks an app for a last event, and waits for it: events arrive in order, so that all those before it are there. Without the
 * reports, which may be of another exchange: see `reportsOf`.
 */
export async function settled(client: Client): Promise<Events['seen']> {
  const before = client.events.seen.filter((event) => event.name === 'barrier').length
  await client.send({ app: 'barrier' })
  await client.events.until('barrier', before + 1)
  return client.events.seen.filter((event) => event.name !== 'barrier' && event.name !== 'report')
}
