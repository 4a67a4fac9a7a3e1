import { DecodingError } from './decoding-error.ts'
import type { ChunkReader } from './chunk-reader.ts'
import type { ZlibDecoder } from './builtin-zlib.ts'

export interface DecodeOptions {
  /** The name of the coding, for messages. */
  readonly name: string
  /** Opens a decoder for content that begins with these bytes. */
  readonly open: (first: Uint8Array) => ZlibDecoder
  /** Whether what follows the end of the content is more of it, as for zstd (RFC 8878 §3.1). */
  readonly repeats: boolean
  /** Told how many bytes came out in all; may throw. */
  readonly check: (total: number) => void
  /** Given a function that frees the decoder, once one is open. */
  readonly opened: (free: () => void) => void
}

/**
 * The decoded form of a stream, by a decompressor of node:zlib. It reads the source only when it is read itself, and gives
 * what the decompressor has before it feeds it more: a few bytes that become gigabytes never take more memory than a chunk.
 * Cancelling it frees the decompressor and cancels the source; an error of either becomes its own. No bytes decode to none.
 */
export function decodeStream(source: ChunkReader, options: DecodeOptions): ReadableStream<Uint8Array> {
  let step: Decompression | undefined
  let total = 0
  let cancelled = false

  async function next(): Promise<Uint8Array | null> {
    while (!cancelled) {
      if (step === undefined) {
        const first = await firstChunk(source)
        if (first === null || cancelled) return null
        options.opened(() => step?.destroy())
        step = new Decompression(options, first)
      }
      const piece = await step.piece()
      if (piece instanceof Uint8Array) return piece
      if (piece === 'end') {
        const rest = step.rest()
        if (rest.byteLength === 0) return null
        if (!options.repeats) throw notValid(options.name, 'there is more after its end')
        step.destroy()
        step = new Decompression(options, rest)
      } else {
        const { done, value } = await source.read()
        if (cancelled) return null
        if (done) step.finish()
        else step.feed(value)
      }
    }
    return null
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const piece = await next()
          if (cancelled) return
          if (piece === null) {
            step?.destroy()
            return controller.close()
          }
          total += piece.byteLength
          options.check(total)
          controller.enqueue(piece)
        } catch (error) {
          if (cancelled) return
          step?.destroy()
          source.cancel(error).catch(() => {}) // nothing to tell a source that has failed itself
          throw error
        }
      },
      async cancel(reason) {
        cancelled = true
        step?.destroy()
        await source.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

/** One decompressor at work. Its steps do not overlap. */
class Decompression {
  readonly #decoder: ZlibDecoder
  readonly #name: string
  #last: Uint8Array
  #fed = 0
  #writing = false
  #finished = false
  #ended = false
  #error: Error | undefined
  #wake: () => void = () => {}

  constructor({ open, name }: DecodeOptions, first: Uint8Array) {
    this.#name = name
    this.#last = first
    this.#decoder = open(first)
    this.#decoder.on('readable', () => this.#wake())
    this.#decoder.on('end', () => {
      this.#ended = true
      this.#wake()
    })
    this.#decoder.on('error', (error: Error) => {
      this.#error ??= error
      this.#wake()
    })
    this.#decoder.on('close', () => {
      if (!this.#ended) this.#error ??= new Error('the decoder was closed')
      this.#wake()
    })
    this.feed(first)
  }

  feed(bytes: Uint8Array): void {
    this.#last = bytes
    this.#fed += bytes.byteLength
    this.#writing = true
    this.#decoder.write(bytes, () => {
      this.#writing = false
      this.#wake()
    })
  }

  finish(): void {
    this.#finished = true
    this.#decoder.end()
  }

  /** The next piece of content; `'more'` if it needs input for that. */
  async piece(): Promise<Uint8Array | 'more' | 'end'> {
    for (;;) {
      const piece = this.#decoder.read() as Uint8Array | null
      if (piece !== null) return new Uint8Array(piece) // a copy: it shares memory with what is decoded next
      if (this.#error !== undefined) throw notValid(this.#name, this.#error.message, this.#error)
      if (this.#ended) return 'end'
      if (!this.#writing && !this.#finished) return 'more'
      await new Promise<void>((wake) => (this.#wake = wake))
    }
  }

  /** What it was fed and did not use, because the content had ended. */
  rest(): Uint8Array {
    const unused = Math.min(this.#fed - this.#decoder.bytesWritten, this.#last.byteLength)
    return this.#last.subarray(this.#last.byteLength - unused)
  }

  destroy(): void {
    this.#decoder.destroy()
  }
}

async function firstChunk(source: ChunkReader): Promise<Uint8Array | null> {
  for (;;) {
    const { done, value } = await source.read()
    if (done) return null
    if (value.byteLength > 0) return value
  }
}

function notValid(name: string, why: string, cause?: unknown): DecodingError {
  return new DecodingError(400, `the body is not valid ${name}: ${why}`, { cause })
}
