import type { KnownBody } from './marks.ts'

/** Streams whose bytes are known: the mark of a body survives `new Response(response.body, response)`. */
const shared = globalThis as { [REGISTRY]?: WeakMap<ReadableStream, KnownBody> }
const REGISTRY: unique symbol = Symbol.for('fsgi.streams') // one registry for all copies of core
const registry = (shared[REGISTRY] ??= new WeakMap())

export function bytesOfStream(stream: ReadableStream): KnownBody | undefined {
  return registry.get(stream)
}

export function rememberBytes(stream: ReadableStream | null, bytes: KnownBody): void {
  if (stream !== null) registry.set(stream, bytes)
}
