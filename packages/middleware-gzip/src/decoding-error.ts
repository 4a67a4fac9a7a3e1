import { reply } from '@fsgi/core'

/**
 * Why a request's body could not be decoded: what reading it rejects with. `status` is the answer that it deserves: 400 for
 * content that is not what it says, 413 for more than is allowed (RFC 9110 §15.5.1, §15.5.14).
 */
export class DecodingError extends Error {
  override readonly name = 'DecodingError'
  readonly status: 400 | 413

  constructor(status: 400 | 413, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }

  /** The answer to the client. Hono asks errors for it, and others look at `status`. */
  getResponse(): Response {
    return reply(`${this.message}\n`, { status: this.status })
  }
}
