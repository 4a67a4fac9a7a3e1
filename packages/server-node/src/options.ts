/** Where and how to listen. Times are milliseconds, sizes bytes. */
export interface ServeOptions {
  /** The TCP port; 0 takes a free one. Default 3000. */
  readonly port?: number
  /** The address or name to bind. Default `'127.0.0.1'`: nothing is exposed that nobody asked to expose. */
  readonly host?: string
  /** The path of a Unix socket to listen on, instead of `port` and `host`. */
  readonly socket?: string
  /** Serve HTTPS: key and certificate chain in PEM. */
  readonly tls?: Tls
  /** Addresses and CIDR ranges of proxies whose `Forwarded` and `X-Forwarded-*` are believed; `'unix'` is a Unix socket's peer. */
  readonly trustProxy?: readonly string[]
  /** The largest request body; `Infinity` for none. Default 128 MiB. */
  readonly maxBodyBytes?: number
  /** The largest request head: request line and header fields. Default 16 KiB. */
  readonly maxHeaderBytes?: number
  readonly timeouts?: Timeouts
  /** `context.env` and `host.env`. Default `{}`. */
  readonly env?: Readonly<Record<string, unknown>>
  /** Told about every error. Default `console.error`. */
  readonly report?: (error: unknown) => void
}

export interface Tls {
  readonly key: string | Uint8Array
  readonly cert: string | Uint8Array
}

/** Milliseconds; 0 is no limit. */
export interface Timeouts {
  /** From the first byte of a request to the end of its head. Default 30 s. */
  readonly headers?: number
  /** From the first byte of a request to the end of its body. Default 300 s. */
  readonly request?: number
  /** How long an idle keep-alive connection stays open. Default 65 s, more than the 60 s of usual proxies. */
  readonly idle?: number
  /** How long a client may take nothing of a response that waits for it. Default 60 s. */
  readonly send?: number
  /** How long `close()` waits for exchanges and `waitUntil` work before it aborts them. Default 8 s. */
  readonly close?: number
}
