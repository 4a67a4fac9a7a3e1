import type { Client, RequestSpec } from '../client/client.ts'

/** What the app `seen` was given. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: 'null' | 'stream'
  readonly target: string
  readonly mount: string
  readonly path: string
  readonly protocol: string
  readonly encrypted: boolean
  field(name: string): string | undefined
}

/** Sends a request to the app `seen`. @throws if something else answers. */
export async function seenBy(client: Client, request: RequestSpec): Promise<Seen> {
  const answer = await client.send({ app: 'seen', ...request })
  if (answer.status !== 200) throw new Error(`expected the app to answer, saw ${answer.status} ${answer.text}`)
  const seen = answer.json() as Seen
  return { ...seen, field: (name) => seen.headers.find((field) => field[0] === name)?.[1] }
}
