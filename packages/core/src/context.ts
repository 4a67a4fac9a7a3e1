/** What the server knows about an exchange and the message does not say. Immutable: a change is a new context (SPEC G4). */
export interface Context {
  /** Aborts if and only if the exchange ends before the response was handed over completely (SPEC S12). */
  readonly signal: AbortSignal
  /** What the socket says. Never rewritten. `null` where there is none, such as on a unix socket. */
  readonly peerAddress: SocketAddress | null
  /** The client: `peerAddress`, unless a proxy that the operator trusts named another (SPEC S3). */
  readonly remoteAddress: SocketAddress | null
  /** The server's end of the connection. */
  readonly localAddress: SocketAddress | null
  /** The protocol of this hop. */
  readonly protocol: Protocol
  /** Whether this hop is encrypted. */
  readonly encrypted: boolean
  /** The request-target exactly as received (RFC 9112 §3.2): WSGI's REQUEST_URI. */
  readonly target: string
  /** The part of the URL's pathname that routing has consumed, as it is spelled there: `''` or `'/a%20b'`. SCRIPT_NAME. */
  readonly mount: string
  /** The rest of the pathname, below `mount`, decoded once: equal paths mean equivalent URLs (SPEC, "The path"). PATH_INFO. */
  readonly path: string
  /** Configuration and platform bindings; never request data. */
  readonly env: Readonly<Record<string, unknown>>
  /** Lets `work` outlive the response. It never delays the response, and its failure is reported (SPEC S15). */
  readonly waitUntil: (work: Promise<unknown>) => void
  /** Runs `cleanup` once, always, after the response is over; last registered first (SPEC S14). */
  readonly defer: (cleanup: Cleanup) => void
  /** Tells the operator about an error; never the client (SPEC S16). */
  readonly report: (error: unknown) => void
  /** Sends an informational (1xx) response before the final one, such as 103 Early Hints. Absent where unsupported. */
  readonly sendInformational?: ((status: number, headers?: HeadersInit) => void) | undefined
  /**
   * A context that also has `values`, for the app below. The parent is unchanged; both share one exchange.
   * @throws {TypeError} if a name is the Context's own or reserved (SPEC G5).
   */
  with<T extends object>(values: T & Addable<T>): this & T
}

/** An endpoint of a connection; the names are those of the WinterTC draft. */
export interface SocketAddress {
  readonly address: string
  readonly port: number
  readonly family: 'IPv4' | 'IPv6'
}

export type Protocol = 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2' | 'HTTP/3'

/** How an exchange ended. */
export interface Outcome {
  /** The status whose head was handed to the transport, or `null` if none was. */
  readonly status: number | null
  /** Whether the exchange ended before the response was handed over completely. */
  readonly aborted: boolean
  /** What went wrong: the reason of the abort, or the error that the app or its body threw; `undefined` if nothing did. */
  readonly error: unknown
}

export type Cleanup = (outcome: Outcome) => void | Promise<void>

/** Names that `with` refuses besides the Context's own: for members that later versions may add (SPEC G8). */
export type ReservedName = 'sendInformational' | 'upgrade' | 'trailers' | 'tls' | 'priority' | 'sent'

/** Makes a name that `with` must not take a type error. */
export type Addable<T> = { readonly [K in keyof T & (keyof Context | ReservedName)]: never }
