import { Utf8Text } from './utf8-text.ts'
import type { RequestBody } from './request-body.ts'

/**
 * A request with a body: made by Request's own constructor around a stream, so that everything that reads the stream works
 * (`fetch(request)`, `new Request(request)`, `request.clone()`). Only what reads all of it at once goes past the stream, as
 * long as nobody has touched that: docs/decisions/0006.
 */
export class IncomingRequest extends Request {
  readonly #source: RequestBody
  readonly #stream: ReadableStream
  #taken = false

  constructor(url: string, method: string, source: RequestBody) {
    const stream = new ReadableStream(source)
    super(url, { method, body: stream, duplex: 'half' } as RequestInit)
    this.#source = source
    this.#stream = stream
  }

  override get bodyUsed(): boolean {
    return this.#taken || super.bodyUsed
  }

  override async text(): Promise<string> {
    if (!this.#take()) return super.text()
    const text = new Utf8Text()
    await this.#source.take((chunk) => text.add(chunk))
    return text.end()
  }

  override async json(): Promise<unknown> {
    if (!this.#take()) return super.json()
    const text = new Utf8Text()
    await this.#source.take((chunk) => text.add(chunk))
    return JSON.parse(text.end())
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#take() ? (await this.#all()).buffer : super.arrayBuffer()
  }

  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#take() ? this.#all() : super.bytes()
  }

  async #all(): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array[] = []
    let size = 0
    await this.#source.take((chunk) => {
      chunks.push(chunk)
      size += chunk.byteLength
    })
    const bytes = new Uint8Array(size) // with an ArrayBuffer of its own
    let filled = 0
    for (const chunk of chunks) {
      bytes.set(chunk, filled)
      filled += chunk.byteLength
    }
    return bytes
  }

  /** From now on the body is read here, and the stream is locked for all others. */
  #take(): boolean {
    if (!this.#isFree()) return false
    this.#taken = true
    this.#stream.getReader()
    return true
  }

  /** A clone has another stream, which both share. */
  #isFree(): boolean {
    return !this.bodyUsed && super.body === this.#stream && !this.#stream.locked
  }
}
