import { checkedChunk } from './checked-chunk.ts'
import { settlingSoon } from './settling-soon.ts'
import type { ChunkReader } from './chunk-reader.ts'

/** A compressor that is fed by hand. Its steps do not overlap. */
export interface StreamEncoder {
  write(bytes: Uint8Array): Promise<Uint8Array[]>
  /** Everything written so far can be decoded from what came out. */
  flush(): Promise<Uint8Array[]>
  finish(): Promise<Uint8Array[]>
  /** Frees what it holds. Does nothing the second time. */
  destroy(): void
}

/**
 * The coded form of a stream. It reads the source only when it is read itself, and makes the encoder then: nobody pays for
 * a body that is never asked for. Cancelling it frees the encoder and cancels the source; an error of either becomes its
 * own. Content does not wait in the encoder for long: it is flushed when the source pauses, when it has become much, or, with
 * `writeFlushes` (an encoder whose every write flushes), at once.
 */
export function codeStream(
  source: ChunkReader,
  open: () => StreamEncoder,
  writeFlushes: boolean,
): ReadableStream<Uint8Array> {
  let encoder: StreamEncoder | undefined
  let arriving: Promise<ReadableStreamReadResult<Uint8Array>> | undefined
  let held = 0 // bytes that were written since the last flush, and may not be out yet
  let cancelled = false

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          encoder ??= open()
          const coded: Uint8Array[] = []
          for (let size = 0; ;) {
            const { pieces, next } = await step(encoder)
            if (cancelled) return
            for (const piece of pieces) {
              coded.push(piece)
              size += piece.byteLength
            }
            if (next === 'close' || size >= ENOUGH || (next === 'hand on' && size > 0)) {
              if (size > 0) controller.enqueue(joined(coded, size))
              return next === 'close' ? controller.close() : undefined
            }
          }
        } catch (error) {
          if (cancelled) return
          encoder?.destroy()
          source.cancel(error).catch(() => {}) // nothing to tell a source that has failed itself
          throw error
        }
      },
      async cancel(reason) {
        cancelled = true
        encoder?.destroy()
        await source.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )

  async function step(to: StreamEncoder): Promise<Step> {
    arriving ??= source.read()
    const read = held === 0 ? await arriving : held < MOST_HELD ? await orPause(arriving) : 'pause'
    if (cancelled) return { pieces: [], next: 'close' }
    if (read === 'pause') {
      held = 0
      return { pieces: await to.flush(), next: 'hand on' }
    }
    arriving = undefined
    if (read.done) return { pieces: await to.finish(), next: 'close' }
    const first = checkedChunk(read.value)
    const bytes = writeFlushes ? first : await gathered(first)
    if (cancelled) return { pieces: [], next: 'close' }
    if (bytes.byteLength === 0) return { pieces: [], next: 'go on' }
    if (!writeFlushes) held += bytes.byteLength
    return { pieces: await to.write(bytes), next: writeFlushes ? 'hand on' : 'go on' }
  }

  /** The chunk and those after it that are at hand: each write is a way to a thread and back, which costs as much as coding 2 KiB. */
  async function gathered(first: Uint8Array): Promise<Uint8Array> {
    if (first.byteLength >= GATHERED) return first
    const chunks = [first]
    let size = first.byteLength
    while (size < GATHERED && !cancelled) {
      arriving = source.read()
      const { result } = await settlingSoon(arriving)
      if (result === undefined || result.done) break // the next step sees to it
      arriving = undefined
      const chunk = checkedChunk(result.value)
      chunks.push(chunk)
      size += chunk.byteLength
    }
    return chunks.length === 1 ? first : joined(chunks, size)
  }
}

interface Step {
  readonly pieces: readonly Uint8Array[]
  readonly next: 'go on' | 'hand on' | 'close'
}

/** Bytes of content after which it is flushed without a pause: brotli would otherwise take in megabytes and give nothing. */
const MOST_HELD = 128 * 1024

/** Bytes of small chunks that are written together. */
const GATHERED = 16 * 1024

/** Bytes of coded content that are worth handing on before there is a need to: not the ten of a gzip header. */
const ENOUGH = 1024

/** Milliseconds without a chunk after which a source is said to pause. A flush costs a few bytes and a little ratio. */
const PAUSE = 10

async function orPause<T>(arriving: Promise<T>): Promise<T | 'pause'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const pause = new Promise<'pause'>((resolve) => {
    timer = setTimeout(resolve, PAUSE, 'pause')
  })
  try {
    return await Promise.race([arriving, pause])
  } finally {
    clearTimeout(timer)
  }
}

/** A copy, because pieces may share memory with what is coded next, and who is given a chunk may transfer its memory. */
function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}
