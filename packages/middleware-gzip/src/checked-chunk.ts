/** A chunk of a body, which must be bytes: compressors would take strings as well, and the mistake would go unseen. */
export function checkedChunk(chunk: unknown): Uint8Array<ArrayBuffer> {
  if (chunk instanceof Uint8Array) return chunk as Uint8Array<ArrayBuffer>
  const found = chunk === null ? 'null' : typeof chunk === 'object' ? chunk.constructor.name : typeof chunk
  throw new TypeError(`[fsgi A2] a body must be a stream of Uint8Array chunks, but it has one of type ${found}`)
}
