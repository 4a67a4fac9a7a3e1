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
 * own. Content never waits in the encoder for long: it is flushed when the source pauses, or, with `writeFlushes` (an
 * encoder whose every write flushes), at once.
 */
export function codeStream(
  source: ReadableStream<Uint8Array>,
  open: () => StreamEncoder,
  writeFlushes: boolean,
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  let encoder: StreamEncoder | undefined
  let arriving: Promise<ReadableStreamReadResult<Uint8Array>> | undefined
  let holding = false // the encoder has content that is not out yet
  let cancelled = false

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          encoder ??= open()
          for (;;) {
            const { pieces, done } = await step(encoder)
            if (cancelled) return
            for (const piece of pieces) controller.enqueue(piece)
            if (done) controller.close()
            if (done || pieces.length > 0) return
          }
        } catch (error) {
          if (cancelled) return
          encoder?.destroy()
          reader.cancel(error).catch(() => {}) // nothing to tell a source that has failed itself
          throw error
        }
      },
      async cancel(reason) {
        cancelled = true
        encoder?.destroy()
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )

  async function step(to: StreamEncoder): Promise<{ pieces: Uint8Array[]; done: boolean }> {
    arriving ??= reader.read()
    const read = holding ? await orPause(arriving) : await arriving
    if (cancelled) return { pieces: [], done: true }
    if (read === 'pause') {
      holding = false
      return { pieces: await to.flush(), done: false }
    }
    arriving = undefined
    if (read.done) return { pieces: await to.finish(), done: true }
    const bytes = checked(read.value)
    if (bytes.byteLength === 0) return { pieces: [], done: false }
    holding = !writeFlushes
    return { pieces: await to.write(bytes), done: false }
  }
}

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

function checked(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk
  throw new TypeError(`[fsgi A2] a body must be a stream of Uint8Array chunks, but a chunk is a ${typeof chunk}`)
}
