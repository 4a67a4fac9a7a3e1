/**
 * The process at the back could not be reached, or closed the connection too early. Tell it by `code`, which is `'RELAY_REFUSED'`
 * where the back cannot have seen the request (nobody listens: it may be sent again), `'RELAY_BROKEN'` where it gave no answer,
 * and `'RELAY_CUT'`, the error of the response's body, where it did not finish the answer that it had begun.
 */
export class RelayError extends Error {
  override readonly name = 'RelayError'
  readonly code: 'RELAY_REFUSED' | 'RELAY_BROKEN' | 'RELAY_CUT'

  constructor(socket: string, code: RelayError['code'], cause?: Error) {
    const { code: system } = (cause ?? {}) as NodeJS.ErrnoException
    const why = cause === undefined ? '' : `: ${system ?? cause.message}`
    super(`the process behind the relay ${WHAT[code]} (${socket})${why}`, cause && { cause })
    this.code = code
  }
}

const WHAT = {
  RELAY_REFUSED: 'does not listen',
  RELAY_BROKEN: 'broke off without an answer',
  RELAY_CUT: 'broke off in the middle of its answer',
} as const
