import { DecodingError } from './decoding-error.ts'

/** What one request's body may take, over all its layers. */
export class DecodingLimits {
  readonly #maxBytes: number
  readonly #maxRatio: number
  #received = 0

  constructor(maxBytes: number, maxRatio: number) {
    this.#maxBytes = maxBytes
    this.#maxRatio = maxRatio
  }

  /** Counts coded bytes. Those may be a little more than the content, but not without end while nothing comes out. */
  receive(bytes: number): void {
    this.#received += bytes
    if (this.#received > this.#maxBytes * 1.1 + GRACE) throw tooLarge(this.#maxBytes)
  }

  /** Checks how much a layer has given in all. @throws {DecodingError} 413 when it is too much. */
  check(decoded: number): void {
    if (decoded > this.#maxBytes) throw tooLarge(this.#maxBytes)
    if (decoded > GRACE && decoded > this.#received * this.#maxRatio) {
      throw new DecodingError(413, `the body is more than ${this.#maxRatio} times as large when it is decoded`)
    }
  }
}

/** Content up to this size may have any ratio: a few kilobytes of one letter are no attack. */
const GRACE = 64 * 1024

function tooLarge(maxBytes: number): DecodingError {
  return new DecodingError(413, `the body has more than ${maxBytes} bytes when it is decoded`)
}
