import { NativeResponse } from '../native-response.ts'
import { likeResponse } from './like-response.ts'
import { BYTES } from './marks.ts'
import { rememberBytes } from './stream-bytes.ts'
import type { KnownBody, Marked } from './marks.ts'

const TEXT = 'text/plain;charset=UTF-8'

/** Where the runtime's own server reads the inside of a Response: the bytes go to the base class too. */
export class KnownReply extends NativeResponse implements Marked {
  readonly #bytes: KnownBody
  #touched = false

  static {
    likeResponse(this)
  }

  constructor(bytes: KnownBody, init?: ResponseInit, type?: string) {
    super(bytes, init)
    if (type !== undefined) {
      const found = this.headers.get('content-type')
      // What the base class has added gives way; that it was given is looked up only then, as an iterator is used up by now.
      const added = found === null || (found === TEXT && new Headers(init?.headers).get('content-type') === null)
      if (added && found !== type) this.headers.set('content-type', type)
    }
    this.#bytes = bytes
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    const stream = super.body
    if (!this.#touched) {
      this.#touched = true
      rememberBytes(stream, this.#bytes)
    }
    return stream
  }

  override clone(): Response {
    if (this.#touched || this.bodyUsed) return super.clone()
    const copy = new KnownReply(this.#bytes, this)
    if (!this.headers.has('content-type')) copy.headers.delete('content-type') // the base class has added one
    return copy
  }

  [BYTES](): KnownBody | undefined {
    if (this.bodyUsed || (this.#touched && super.body?.locked === true)) return undefined
    return this.#bytes
  }
}
