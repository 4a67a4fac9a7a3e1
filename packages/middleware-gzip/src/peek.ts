import type { ChunkReader } from './chunk-reader.ts'

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
  const first = settling(reader.read())
  await turnsUntil(first)
  if (!hasValue(first)) return reading(reader, [first])
  if (first.result.done) return new Uint8Array()
  const second = settling(reader.read())
  await turnsUntil(second)
  const { value } = first.result
  const isWhole = hasValue(second) && second.result.done && value instanceof Uint8Array
  return isWhole ? (value as Uint8Array<ArrayBuffer>) : reading(reader, [first, second])
}

type ReadResult = ReadableStreamReadResult<Uint8Array>

interface Settling {
  readonly promise: Promise<ReadResult>
  settled: boolean
  result?: ReadResult
}

function settling(promise: Promise<ReadResult>): Settling {
  const one: Settling = { promise, settled: false }
  promise.then(
    (result) => {
      one.settled = true
      one.result = result
    },
    () => (one.settled = true), // whoever reads on gets the error from the promise
  )
  return one
}

function hasValue(one: Settling): one is Settling & { result: ReadResult } {
  return one.result !== undefined
}

/** Runtimes need one to five turns for a chunk that is at hand. */
const TURNS = 8

async function turnsUntil(one: Settling): Promise<void> {
  for (let turn = 0; turn < TURNS && !one.settled; turn++) await Promise.resolve()
}

function reading(reader: ReadableStreamDefaultReader<Uint8Array>, seen: Settling[]): ChunkReader {
  return {
    read: () => seen.shift()?.promise ?? reader.read(),
    cancel: (reason) => reader.cancel(reason),
  }
}
