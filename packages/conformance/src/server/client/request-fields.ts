import type { Mode } from '../dispatcher/modes.ts'
import type { RequestSpec } from './client.ts'

/** What the dispatcher needs to know, in fields of the request. */
export interface Selection {
  readonly app: string | undefined
  readonly mode: Mode
  readonly events: string
}

/** The fields of a request as they go out: what selects the app, what the case gives, and how long the body is. */
export function requestFields(spec: RequestSpec, { app, mode, events }: Selection, host: string): [string, string][] {
  const given = (spec.fields ?? []).map(([name, value]): [string, string] => [name, value])
  const has = (name: string): boolean => given.some((field) => field[0].toLowerCase() === name)
  const name = spec.app ?? app
  const fields: [string, string][] = has('host') ? [] : [['host', host]]
  if (name !== undefined) fields.push(['x-fsgi-case', name], ['x-fsgi-mode', mode], ['x-fsgi-events', events])
  fields.push(...given)
  if (spec.body !== undefined && !(spec.body instanceof ReadableStream) && !has('content-length')) {
    fields.push(['content-length', String(bytesOf(spec.body).length)])
  }
  return fields
}

export function bytesOf(body: string | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return typeof body === 'string' ? new TextEncoder().encode(body) : body
}
