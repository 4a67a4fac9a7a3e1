import { SCRIPTS } from './redis-scripts.ts'
import type { StoreCall } from './store.ts'

/** What the store needs of a client: those of the `redis` package have it, for one server, a pool, Sentinel and a Cluster. */
export interface RedisClient {
  withCommandOptions(options: RedisCommandOptions): RedisScripting
}

export interface RedisCommandOptions {
  readonly typeMapping: { readonly 36: BufferConstructor }
  readonly abortSignal: AbortSignal
  readonly timeout: 0
}

export interface RedisScripting {
  eval(script: string, options: RedisScriptCall): Promise<unknown>
  evalSha(sha1: string, options: RedisScriptCall): Promise<unknown>
}

export interface RedisScriptCall {
  keys: string[]
  arguments: (string | Buffer)[]
}

/** Runs a script on the key of a session or of a subject. */
export type RedisCall = (
  script: keyof typeof SCRIPTS,
  kind: 'id' | 'subject',
  name: string,
  values: readonly (string | number | Uint8Array)[],
  call: StoreCall,
) => Promise<unknown>

/**
 * Runs one of the scripts on its key, by its hash, and by its text where the server does not know it yet: after a restart, a
 * failover, or on a node of a Cluster that is new to it. Strings come back as bytes.
 */
export async function runScript(
  client: RedisClient,
  name: keyof typeof SCRIPTS,
  key: string,
  values: readonly (string | number | Uint8Array)[],
  { signal }: StoreCall,
): Promise<unknown> {
  // What is not sent yet when nobody waits any more, as the server was away, is not sent at all. The client's own limit for that
  // would be a second one: version 6 makes a timer and a signal for each command, which took a seventh of a request.
  const commands = client.withCommandOptions({ typeMapping: BYTES, abortSignal: signal, timeout: 0 })
  const call = { keys: [key], arguments: values.map(argumentOf) }
  const sha1 = (hashes[name] ??= await sha1Of(SCRIPTS[name]))
  try {
    return await commands.evalSha(sha1, call)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return commands.eval(SCRIPTS[name], call)
  }
}

/** `RESP_TYPES.BLOB_STRING`: what is text by default, and would not be the same bytes again. */
const BYTES = { 36: Buffer } as const

const hashes: Partial<Record<keyof typeof SCRIPTS, string>> = {}

async function sha1Of(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))
  return Buffer.from(hash).toString('hex')
}

function argumentOf(value: string | number | Uint8Array): string | Buffer {
  if (typeof value === 'object') return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return String(value)
}
