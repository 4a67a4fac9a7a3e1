import { passThrough } from '../pass-through.ts'
import type { Context } from '@fsgi/core'

export const MOST_KEPT = 64 * 1024 // bytes of a body

/**
 * A request as it was sent, kept so that it can be sent again: its head, and its body as far as it has been read, up to 64 KiB.
 * It is for that only and never shown.
 */
export class KeptRequest {
  /** The request to go on with: its body is copied as it is read, never ahead. */
  readonly passed: Request
  /** What the server knew of the client. */
  readonly facts: Pick<Context, 'peerAddress' | 'remoteAddress' | 'localAddress' | 'encrypted' | 'target'>
  /** Bytes of the body that are held. */
  held = 0
  readonly #method: string
  readonly #url: string
  readonly #headers: Headers
  #body: 'none' | 'incomplete' | 'complete' | 'too large' | 'forgotten' = 'none'
  #chunks: Uint8Array[] = []

  /** @param grew told of each number of bytes that are held from now on. */
  constructor(request: Request, context: Context, grew: (bytes: number) => void) {
    const { peerAddress, remoteAddress, localAddress, encrypted, target } = context
    this.facts = { peerAddress, remoteAddress, localAddress, encrypted, target }
    this.#method = request.method
    this.#url = request.url
    this.#headers = new Headers(request.headers)
    this.passed = request
    if (request.body === null) return
    this.#body = 'incomplete'
    const body = passThrough(request.body, {
      chunk: (chunk) => this.#keep(chunk as Uint8Array, grew),
      end: () => void (this.#body === 'incomplete' && (this.#body = 'complete')),
      failed: () => {},
      cancelled: () => {},
      run: (work) => work(),
    })
    this.passed = new Request(request, { body, duplex: 'half' } as RequestInit)
  }

  /** The same request once more. @throws {Error} that says why it cannot be sent again. */
  again(): Request {
    const why = WHY[this.#body]
    if (why !== undefined) throw new Error(`the request cannot be sent again: ${why}`)
    const init = { method: this.#method, headers: this.#headers }
    if (this.#body === 'none') return new Request(this.#url, init)
    const body = new Blob(this.#chunks as Uint8Array<ArrayBuffer>[]).stream()
    return new Request(this.#url, { ...init, body, duplex: 'half' } as RequestInit)
  }

  /** Gives up the body, to make room. */
  forget(): void {
    if (this.#body === 'none') return
    this.#drop('forgotten')
  }

  #keep(chunk: Uint8Array, grew: (bytes: number) => void): void {
    if (this.#body !== 'incomplete') return
    if (this.held + chunk.byteLength > MOST_KEPT) {
      grew(-this.held)
      return this.#drop('too large')
    }
    this.#chunks.push(chunk.slice()) // who reads the stream gets the chunk's memory
    this.held += chunk.byteLength
    grew(chunk.byteLength)
  }

  #drop(why: 'too large' | 'forgotten'): void {
    this.#body = why
    this.#chunks = []
    this.held = 0
  }
}

const WHY: Readonly<Record<string, string>> = {
  incomplete: 'the application has not read all of its body',
  'too large': `its body is larger than ${MOST_KEPT / 1024} KiB`,
  forgotten: 'its body has made room for others',
}
