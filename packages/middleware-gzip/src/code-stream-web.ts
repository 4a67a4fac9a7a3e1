import { checkedChunk } from './checked-chunk.ts'
import type { ChunkReader } from './chunk-reader.ts'

type Bytes = Uint8Array<ArrayBuffer>

/**
 * The coded form of a stream, by a CompressionStream. It feeds that by hand, because what `pipeThrough` does differs: Node's
 * takes in thousands of chunks ahead, and whether cancelling reaches the source, and with which reason, is the runtime's
 * choice. Here the source is read one chunk at a time, while a reader waits; it is cancelled once, with the reason.
 */
export function codeStreamWeb(source: ChunkReader, open: () => CompressionStream): ReadableStream<Uint8Array> {
  let input: WritableStreamDefaultWriter<Bytes> | undefined
  let output: ReadableStreamDefaultReader<Bytes> | undefined
  let feeding: Promise<void> | undefined
  let ended = false

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await nextOutput()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          free(error)
          source.cancel(error).catch(() => {}) // nothing to tell a source that has failed itself
          throw error
        }
      },
      async cancel(reason) {
        free(reason)
        await source.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )

  async function nextOutput(): Promise<ReadableStreamReadResult<Bytes>> {
    if (input === undefined || output === undefined) {
      const { writable, readable } = open()
      input = writable.getWriter()
      output = readable.getReader()
    }
    let arrived = false
    const next = output.read().finally(() => (arrived = true))
    while (!arrived && !ended) {
      feeding ??= feed(input)
      await Promise.race([next, feeding]) // a write may wait for the next read
    }
    return next
  }

  async function feed(to: WritableStreamDefaultWriter<Bytes>): Promise<void> {
    const { done, value } = await source.read()
    if (done) {
      ended = true
      await to.close()
    } else {
      await to.write(checkedChunk(value))
    }
    feeding = undefined
  }

  function free(reason: unknown): void {
    input?.abort(reason).catch(() => {})
    output?.cancel(reason).catch(() => {})
  }
}
