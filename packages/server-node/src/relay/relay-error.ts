/**
 * The process at the back could not be reached, or closed the connection before it answered. Tell it by `code`, which is
 * `'RELAY_REFUSED'` where the back cannot have seen the request (nobody listens: it may be sent again), else `'RELAY_BROKEN'`.
 */
export class RelayError extends Error {
  override readonly name = 'RelayError'
  readonly code: 'RELAY_REFUSED' | 'RELAY_BROKEN'

  constructor(socket: string, cause: Error) {
    const { code, syscall } = cause as NodeJS.ErrnoException
    const refused = syscall === 'connect'
    super(
      `the process behind the relay ${refused ? 'does not listen' : 'broke off without an answer'} (${socket}): ${code ?? cause.message}`,
      { cause },
    )
    this.code = refused ? 'RELAY_REFUSED' : 'RELAY_BROKEN'
  }
}
