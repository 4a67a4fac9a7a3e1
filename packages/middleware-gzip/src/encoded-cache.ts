import type { Encoded } from './encoded.ts'

/** Coded content by key, of at most `limit` bytes in all, what is being collected included; the least recently used goes first. */
export class EncodedCache {
  readonly #limit: number
  readonly #entries = new Map<string, Encoded>()
  readonly #working = new Map<string, Promise<Encoded>>()
  readonly #collecting = new Set<string>()
  /** Goes on where it was: a new one would walk over all that was deleted since the map was made anew. */
  #fromOldest: MapIterator<[string, Encoded]> | undefined
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes that it holds. */
  get size(): number {
    return this.#size
  }

  get(key: string): Encoded | undefined {
    const found = this.#entries.get(key)
    if (found !== undefined) {
      this.#entries.delete(key)
      this.#entries.set(key, found) // the order of the map is that of use
    }
    return found
  }

  /** What is kept for the key, else what `encode` gives, which is kept. Who asks while it works waits for the same work. */
  through(key: string, encode: () => Encoded | Promise<Encoded>): Encoded | Promise<Encoded> {
    const working = this.#working.get(key)
    if (working !== undefined) return working
    const result = encode()
    if (!(result instanceof Promise)) {
      this.#keep(key, result)
      return result
    }
    const work = result
      .then((encoded) => {
        this.#keep(key, encoded)
        return encoded
      })
      .finally(() => this.#working.delete(key))
    this.#working.set(key, work)
    return work
  }

  /** The same stream, whose content is kept once it was read to its end, if it is not too much. */
  collect(key: string, source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    if (this.#collecting.has(key)) return source
    this.#collecting.add(key)
    let pieces: Uint8Array[] | null = []
    let size = 0
    const giveUp = (): void => {
      if (pieces === null) return
      pieces = null
      this.#size -= size
      this.#collecting.delete(key)
    }
    const reader = source.getReader()
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const { done, value } = await reader.read().catch((error: unknown) => {
            giveUp()
            throw error
          })
          if (done) {
            const whole = pieces === null ? null : joined(pieces, size)
            giveUp()
            if (whole !== null) this.#keep(key, whole)
            return controller.close()
          }
          if (pieces !== null) {
            if (this.#reserve(value.byteLength)) {
              pieces.push(value.slice()) // who reads the chunk may transfer its memory
              size += value.byteLength
            } else giveUp()
          }
          controller.enqueue(value)
        },
        cancel: (reason) => {
          giveUp()
          return reader.cancel(reason)
        },
      },
      { highWaterMark: 0 },
    )
  }

  #keep(key: string, encoded: Encoded): void {
    if (this.#entries.has(key) || !this.#reserve(cost(key, encoded))) return
    // Its own memory: a small part of a large buffer would keep the whole of that.
    const own = encoded === null || encoded.byteLength === encoded.buffer.byteLength ? encoded : encoded.slice()
    this.#entries.set(key, own)
  }

  /** Makes room by dropping what was not used for longest; false, and nothing dropped, if there is too much for that. */
  #reserve(bytes: number): boolean {
    if (bytes > this.#limit) return false
    while (this.#size + bytes > this.#limit) {
      const oldest = this.#takeOldest()
      if (oldest === undefined) return false // the rest is being collected
      this.#size -= cost(...oldest)
    }
    this.#size += bytes
    return true
  }

  #takeOldest(): [string, Encoded] | undefined {
    let step = this.#fromOldest?.next()
    if (step === undefined || step.done === true) {
      this.#fromOldest = this.#entries.entries()
      step = this.#fromOldest.next()
    }
    if (step.done === true) return undefined
    this.#entries.delete(step.value[0])
    return step.value
  }
}

/** Bytes for an entry: its content, its key, and about what a map takes for it. */
function cost(key: string, encoded: Encoded): number {
  return (encoded?.byteLength ?? 0) + key.length * 2 + 200
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}
