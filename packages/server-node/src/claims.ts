import type { Protocol, SocketAddress } from '@fsgi/core'

/** What somebody whom the operator trusts says about an exchange; it takes the place of what the connection says. */
export interface Claims {
  readonly peerAddress?: SocketAddress | null
  readonly remoteAddress?: SocketAddress | null
  readonly localAddress?: SocketAddress | null
  readonly protocol?: Protocol
  readonly encrypted?: boolean
  readonly scheme?: 'http' | 'https'
  readonly authority?: string
  /** What the front calls the exchange. */
  readonly exchange?: string | undefined
  /** Whether they have checked `Host`, which may then be missing. */
  readonly hostChecked?: boolean
  /** Fields of the message that are not the client's, in lower case. */
  readonly hidden?: readonly string[]
}
