import type { ByteRange } from './range.ts'
import type { Streamed } from './backend.ts'

type Bytes = Uint8Array<ArrayBuffer>
type Stream = ReadableStream<Bytes>

/** Several parts of a file as one body of known length. */
export interface Multipart {
  readonly type: string
  readonly length: number
  /** The body where the file's content is at hand. */
  bytes(content: Bytes): Bytes
  /** The body as a stream, made of `first`, the stream of the first range, and of those that `open` gives when it is their turn. */
  stream(first: Stream, open: (range: ByteRange) => Streamed | Promise<Streamed>): Stream
}

/** Several ranges of a file of `size` bytes as multipart/byteranges (RFC 9110 §14.6). */
export function multipartRanges(size: number, ranges: readonly ByteRange[], type: string): Multipart {
  const boundary = crypto.randomUUID()
  const encoder = new TextEncoder()
  const heads = ranges.map(({ start, end }, index) =>
    encoder.encode(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: bytes ${start}-${end - 1}/${size}\r\n\r\n`,
    ),
  )
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`)
  const length = ranges.reduce((sum, { start, end }, index) => sum + heads[index]!.length + end - start, tail.length)
  return { type: `multipart/byteranges; boundary=${boundary}`, length, bytes, stream }

  function bytes(content: Bytes): Bytes {
    const body = new Uint8Array(length)
    let offset = 0
    for (const piece of [
      ...ranges.flatMap(({ start, end }, index) => [heads[index]!, content.subarray(start, end)]),
      tail,
    ]) {
      body.set(piece, offset)
      offset += piece.length
    }
    return body
  }

  function stream(first: Stream, open: (range: ByteRange) => Streamed | Promise<Streamed>): Stream {
    const pieces = ranges.flatMap((range, index) => [() => heads[index]!, () => (index === 0 ? first : open(range))])
    return inSequence([...pieces, () => tail], first)
  }
}

type Piece = () => Bytes | Streamed | Promise<Streamed>

/** Pieces one after the other, each made when it is its turn and read only when asked for. `waiting` is opened already. */
function inSequence(pieces: Piece[], waiting: Stream): Stream {
  let reader: ReadableStreamDefaultReader<Bytes> | null = null
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        for (;;) {
          if (reader !== null) {
            const { done, value } = await reader.read()
            if (!done) return controller.enqueue(value)
            reader = null
          }
          const next = pieces.shift()
          if (next === undefined) return controller.close()
          const piece = await next()
          if (piece === null)
            throw new Error('@fsgi/middleware-static: a file was replaced between two ranges of a response')
          if (piece instanceof Uint8Array) return controller.enqueue(piece)
          reader = piece.getReader()
        }
      },
      cancel: (reason) =>
        reader === null ? (waiting.locked ? undefined : waiting.cancel(reason)) : reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
