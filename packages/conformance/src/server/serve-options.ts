/** How a case wants a server of its own. A host is asked for nothing that its tiers do not promise. */
export interface ServeOptions {
  /** For `cap:limits`. */
  readonly limits?: Limits
  /** For `cap:proxy`: addresses whose `X-Forwarded-For`, `-Proto` and `-Host`, and `Forwarded`, are believed. */
  readonly trustProxy?: readonly string[]
  /** For `cap:tls`: serve HTTPS, with any certificate; the client does not look at it. */
  readonly tls?: boolean
}

/** Bytes and milliseconds; without one the server has its own. */
export interface Limits {
  /** Of a request's head. */
  readonly headBytes?: number
  /** Of a request's body. */
  readonly bodyBytes?: number
  /** Until a request's head must be here. */
  readonly headMs?: number
  /** Until a whole request must be here. */
  readonly requestMs?: number
  /** That a connection is kept on which nothing happens. */
  readonly idleMs?: number
  /** That a client may take nothing of a response that waits for it. */
  readonly sendMs?: number
}
