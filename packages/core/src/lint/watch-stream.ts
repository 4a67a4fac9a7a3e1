/** Told of what passes through a stream. `chunk` and `end` may throw, which fails the stream and cancels its source. */
export interface Look {
  chunk(chunk: unknown): void
  end(): void
  failed(): void
  cancel(reason: unknown): void
  /** After the source was cancelled as well; may throw, which fails the cancellation. */
  cancelled(reason: unknown): void
}

/**
 * A stream that is looked at as it passes: nothing is buffered, and demand and cancellation are passed on. The source is
 * locked by the first read, so that until then anybody can see that nobody has begun.
 */
export function watchStream(source: ReadableStream<unknown>, look: Look): ReadableStream<Uint8Array<ArrayBuffer>> {
  let reader: ReadableStreamDefaultReader<unknown> | undefined
  let left = false
  const opened = (): ReadableStreamDefaultReader<unknown> => (reader ??= source.getReader())

  async function next(): Promise<ReadableStreamReadResult<unknown>> {
    try {
      return await opened().read()
    } catch (error) {
      if (!left) look.failed()
      throw error
    }
  }

  const watcher = {
    async pull(controller: ReadableStreamDefaultController<unknown> | ReadableByteStreamController): Promise<void> {
      const { done, value } = await next()
      if (left) return // cancelled meanwhile, which ends a read under way
      try {
        if (done) look.end()
        else look.chunk(value)
      } catch (error) {
        await opened()
          .cancel(error)
          .catch(() => {}) // the finding is the news
        throw error
      }
      if (!done) return controller.enqueue(value as Uint8Array<ArrayBuffer>)
      controller.close()
      if ('byobRequest' in controller) controller.byobRequest?.respond(0)
    },
    async cancel(reason: unknown): Promise<void> {
      left = true
      look.cancel(reason)
      await opened().cancel(reason)
      look.cancelled(reason)
    },
  }
  const stream = isByteStream(source)
    ? new ReadableStream({ type: 'bytes', ...watcher })
    : new ReadableStream<unknown>(watcher, { highWaterMark: 0 })
  return stream as ReadableStream<Uint8Array<ArrayBuffer>>
}

/** Whether who reads it may bring a buffer. */
function isByteStream(source: ReadableStream): boolean {
  try {
    source.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}
