/**
 * Gzip content made longer by a file name of that many bytes, zero for none: a part of the header that decoders skip
 * (RFC 1952 §2.3.1) and that does not go through the compressor. `start` is the content or a part that begins it.
 */
export function padGzip(start: Uint8Array, padding: number): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(start.byteLength + padding + 1)
  padded.set(start.subarray(0, HEADER))
  padded[FLAGS]! |= NAME
  padded.fill(LETTER, HEADER, HEADER + padding)
  padded.set(start.subarray(HEADER), HEADER + padding + 1) // after the zero that ends the name
  return padded
}

/** The same for a stream. It is read only on demand. */
export function padGzipStream(source: ReadableStream<Uint8Array>, padding: number): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  let begun: Uint8Array | null = new Uint8Array()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read()
          if (done) return controller.close()
          if (begun === null) return controller.enqueue(value)
          begun = begun.byteLength === 0 ? value : joined(begun, value)
          if (begun.byteLength < HEADER) continue
          controller.enqueue(padGzip(begun, padding))
          begun = null
          return undefined
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

/** A number of bytes that nobody can foretell, from 0 to `most`. */
export function randomPadding(most: number): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! % (most + 1)
}

/** Identification, method, flags, time, extra flags and system: no compressor of ours adds optional fields. */
const HEADER = 10
const FLAGS = 3
const NAME = 0x08
const LETTER = 0x61

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.byteLength + other.byteLength)
  both.set(one)
  both.set(other, one.byteLength)
  return both
}
