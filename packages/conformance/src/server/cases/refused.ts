import { expected } from '../../middleware/expected.ts'
import type { Answer } from '../client/answer.ts'
import type { Client } from '../client/client.ts'

/** Writes a request that no app may see, to the app `called`; the answer, once it is sure that no app was called. */
export async function refused(client: Client, text: string): Promise<Answer> {
  const connection = client.connect().write(text)
  const answer = await connection.answer()
  const events = await client.settled()
  const called = events.filter((event) => event.name === 'called').length
  expected('calls of the app', called, 0)
  return answer
}

/** The lines of a head, and the empty one. */
export function lines(...given: string[]): string {
  return `${given.join('\r\n')}\r\n\r\n`
}

/** The fields that select an app, as lines. */
export function selecting(client: Client, app: string): string[] {
  return [`x-fsgi-case: ${app}`, `x-fsgi-events: ${client.events.url}`]
}
