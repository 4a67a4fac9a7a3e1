import { settlingSoon } from './settling-soon.ts'
import type { ChunkReader } from './chunk-reader.ts'
import type { Settling } from './settling-soon.ts'

/**
 * Whether a body may be one that the platform made of a string or bytes, as Node does for `new Response('text')`: a byte
 * stream. Those that apps make are seldom of that kind, and are not touched before somebody reads them.
 */
export function mayBeWhole(stream: ReadableStream): boolean {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}

/**
 * Looks whether a stream has its whole content at hand, as that of `new Response('text')` has: one chunk, and then its end,
 * without anything that takes time. Gives the content, or a reader that begins with what was looked at: at most two chunks.
 * It lets pending promises settle and never waits for more, so a source that is slow or endless delays nobody.
 */
export async function peek(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer> | ChunkReader> {
  const reader = stream.getReader()
  const first = await settlingSoon(reader.read())
  if (!hasValue(first)) return reading(reader, [first])
  if (first.result.done) return new Uint8Array()
  const second = await settlingSoon(reader.read())
  const { value } = first.result
  const isWhole = hasValue(second) && second.result.done && value instanceof Uint8Array
  return isWhole ? (value as Uint8Array<ArrayBuffer>) : reading(reader, [first, second])
}

type ReadResult = ReadableStreamReadResult<Uint8Array>

function hasValue(one: Settling<ReadResult>): one is Settling<ReadResult> & { result: ReadResult } {
  return one.result !== undefined
}

function reading(reader: ReadableStreamDefaultReader<Uint8Array>, seen: Settling<ReadResult>[]): ChunkReader {
  return {
    read: () => seen.shift()?.promise ?? reader.read(),
    cancel: (reason) => reader.cancel(reason),
  }
}
