/** Told of what passes through a stream. Must not throw. */
export interface Passing {
  chunk(chunk: unknown): void
  end(): void
  failed(error: unknown): void
  cancelled(reason: unknown): void
  /** Runs what the source does when it is read or cancelled. */
  run<T>(work: () => T): T
}

/**
 * A stream that is looked at as it passes: nothing is buffered, demand and cancellation go on to the source with their reason, and the source
 * is locked by the first read only, so that until then anybody can see that nobody has begun. A byte stream stays one.
 */
export function passThrough(
  source: ReadableStream<Uint8Array>,
  passing: Passing,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let reader: ReadableStreamDefaultReader<unknown> | undefined
  let left = false
  const opened = (): ReadableStreamDefaultReader<unknown> => (reader ??= source.getReader())
  const watcher = {
    async pull(controller: ReadableStreamDefaultController<unknown> | ReadableByteStreamController): Promise<void> {
      let next: ReadableStreamReadResult<unknown>
      try {
        next = await passing.run(() => opened().read())
      } catch (error) {
        if (!left) passing.failed(error)
        throw error
      }
      if (left) return // cancelled meanwhile, which ends a read under way
      if (!next.done) {
        passing.chunk(next.value)
        return controller.enqueue(next.value as Uint8Array<ArrayBuffer>)
      }
      passing.end()
      controller.close()
      if ('byobRequest' in controller) controller.byobRequest?.respond(0)
    },
    cancel(reason: unknown): Promise<void> {
      left = true
      passing.cancelled(reason)
      return passing.run(() => opened().cancel(reason))
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
