import type { Client } from '../client/client.ts'

/** What has reached the operator, for the cases that run alone: an error does not say of which exchange it is. */
export async function reportsOf(client: Client): Promise<unknown[]> {
  await client.settled()
  return client.events.seen.filter((event) => event.name === 'report').map((event) => event.data)
}
