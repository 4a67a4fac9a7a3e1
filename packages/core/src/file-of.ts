/**
 * A body that lies in a file, or in anything else that can be read at a position: who sends it can use buffers of its own, again and
 * again, instead of the stream's.
 */
export interface FileBody {
  /** The number of bytes of the body. */
  readonly size: number
  /**
   * Fills `buffer` with the bytes of the body from `offset` on, as far as they are at hand: gives how many. 0 means that there are
   * fewer than `size`. May be called until the exchange is over, one call at a time.
   */
  read(buffer: Uint8Array, offset: number): Promise<number>
}

/** Says of a stream what it will give, and gives the stream. Both must give the same bytes (SPEC S31). */
export function markFile<S extends ReadableStream>(stream: S, file: FileBody): S {
  registry.set(stream, file)
  return stream
}

/**
 * The file that is the body of a response, as long as nobody has read or locked the stream. Who takes the bytes from it is done with the
 * stream, and cancels that in the end.
 */
export function fileOf(response: Response): FileBody | undefined {
  const { body } = response
  return body === null || response.bodyUsed || body.locked ? undefined : registry.get(body)
}

const shared = globalThis as { [REGISTRY]?: WeakMap<ReadableStream, FileBody> }
const REGISTRY: unique symbol = Symbol.for('fsgi.files') // one registry for all copies of core
const registry = (shared[REGISTRY] ??= new WeakMap())
