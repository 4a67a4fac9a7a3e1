import { codeStreamWeb } from './code-stream-web.ts'
import { DecodingError } from './decoding-error.ts'
import { isZlibFormat } from './is-zlib-format.ts'
import type { ChunkReader } from './chunk-reader.ts'

/**
 * The decoded form of a stream, by a DecompressionStream, for runtimes without node:zlib. That gives all that comes of a
 * chunk at once, so it is fed with small ones: of 4 KiB come at most 4 MiB.
 */
export function decodeStreamWeb(
  source: ChunkReader,
  coding: 'gzip' | 'deflate',
  check: (total: number) => void,
): ReadableStream<Uint8Array> {
  let decoded: ReadableStreamDefaultReader<Uint8Array> | undefined
  let sourceFailed = false
  let total = 0
  const input = inSlices(source, () => (sourceFailed = true))

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await (decoded ??= await opened()).read()
          if (done) return controller.close()
          total += value.byteLength
          check(total)
          controller.enqueue(value)
        } catch (error) {
          decoded?.cancel(error).catch(() => {})
          if (error instanceof DecodingError || sourceFailed) throw error
          const why = error instanceof Error ? error.message : String(error)
          throw new DecodingError(400, `the body is not valid ${coding}: ${why}`, { cause: error })
        }
      },
      cancel: (reason) => (decoded ?? source).cancel(reason),
    },
    { highWaterMark: 0 },
  )

  /** How it is to be decoded shows in its first byte. */
  async function opened(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    const { done, value } = await input.read()
    if (done) return new ReadableStream<Uint8Array>({ start: (controller) => controller.close() }).getReader()
    const format = coding === 'deflate' && !isZlibFormat(value) ? 'deflate-raw' : coding
    let first: typeof value | undefined = value
    const whole: ChunkReader = {
      read: async () => {
        const chunk = first
        first = undefined
        return chunk === undefined ? input.read() : { done: false, value: chunk }
      },
      cancel: (reason) => input.cancel(reason),
    }
    return codeStreamWeb(whole, () => new DecompressionStream(format)).getReader()
  }
}

const SLICE = 4096

/** Reads slices that are not empty. */
function inSlices(source: ChunkReader, failed: () => void): ChunkReader {
  let rest = new Uint8Array()
  return {
    async read() {
      while (rest.byteLength === 0) {
        const result = await source.read().catch((error: unknown) => {
          failed()
          throw error
        })
        if (result.done) return result
        rest = result.value as Uint8Array<ArrayBuffer>
      }
      const value = rest.subarray(0, SLICE)
      rest = rest.subarray(SLICE)
      return { done: false, value }
    },
    cancel: (reason) => source.cancel(reason),
  }
}
