import type { ByteRange } from './range.ts'
import type { StoredFile } from './backend.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Several parts of a file as one body of known length. */
export interface Multipart {
  readonly type: string
  readonly length: number
  body(): Bytes | ReadableStream<Bytes>
}

/** Several ranges of a file as multipart/byteranges (RFC 9110 §14.6): bytes where the file's are at hand, else a stream. */
export function multipartRanges(file: StoredFile, ranges: readonly ByteRange[], type: string): Multipart {
  const boundary = crypto.randomUUID()
  const encoder = new TextEncoder()
  const heads = ranges.map(({ start, end }, index) =>
    encoder.encode(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: bytes ${start}-${end - 1}/${file.size}\r\n\r\n`,
    ),
  )
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`)
  const length = ranges.reduce((sum, { start, end }, index) => sum + heads[index]!.length + end - start, tail.length)
  return {
    type: `multipart/byteranges; boundary=${boundary}`,
    length,
    body: () => (file.bytes === null ? streamed() : whole(file.bytes)),
  }

  function whole(content: Bytes): Bytes {
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

  function streamed(): ReadableStream<Bytes> {
    const pieces = ranges.flatMap(({ start, end }, index) => [
      () => heads[index]!,
      () => file.stream(start, end).getReader(),
    ])
    pieces.push(() => tail)
    return inSequence(pieces)
  }
}

/** Pieces one after the other, each made when it is its turn and read only when asked for. */
function inSequence(pieces: (() => Bytes | ReadableStreamDefaultReader<Bytes>)[]): ReadableStream<Bytes> {
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
          const piece = next()
          if (piece instanceof Uint8Array) return controller.enqueue(piece)
          reader = piece
        }
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
