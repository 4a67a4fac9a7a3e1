import type { Answer } from './answer.ts'
import type { Connection } from './connection.ts'
import type { Events } from '../events/collector.ts'
import type { Entry } from '@fsgi/core'
import type { ServeOptions } from '../serve-options.ts'

/** A client of the host, made anew for each case. */
export interface Client {
  /** Scheme and authority: `'http://127.0.0.1:3000'`. */
  readonly origin: string
  /** The prefix below which the app of the case is mounted: `''` or `'/m%20n'`. */
  readonly mount: string
  /** What the app does where the client cannot see it. */
  readonly events: Events
  /** Sends a request and reads the whole answer. */
  send(request: RequestSpec): Promise<Answer>
  /** Sends a request; resolves with the head of the answer, whose body is then read piece by piece. */
  open(request: RequestSpec): Promise<Incoming>
  /** Sends a request without waiting for the answer. */
  begin(request: RequestSpec): Begun
  /** A connection to send exactly what the case writes; to another server where an origin is given. @throws where the host has no socket. */
  connect(origin?: string): Connection
  /** The head of a request as text, for a connection. */
  headOf(request: RequestSpec): string
  /** All events but reports, when all that were emitted before this call have arrived. */
  settled(): Promise<Events['seen']>
  /** Starts another server of the host with an entry that the case brings. @throws where the host cannot. */
  serve(entry: Entry, options?: ServeOptions): Promise<Served>
}

export interface Served {
  /** Scheme and authority. */
  readonly origin: string
  /** Stops gracefully; what is still running after `limit` milliseconds is aborted. */
  close(limit?: number): Promise<void>
}

export interface RequestSpec {
  /** Default: the app of the case. */
  readonly app?: string
  /** Default GET. */
  readonly method?: string
  /** Below `mount`, as it shall be on the wire. Default `/`. */
  readonly target?: string
  /** In this order, repeated ones too. `host` replaces the host's own. */
  readonly fields?: readonly (readonly [name: string, value: string])[]
  /** A stream goes out in chunks, its length unknown. */
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>
}

/** A request whose answer may never come. */
export interface Begun {
  readonly answer: Promise<Answer>
  /** Goes away, as a client that closes the connection. */
  leave(): void
}

/** An answer that is being read. */
export interface Incoming {
  readonly head: Answer
  /** The next bytes; `null` at the end. @throws if the message ends before its end. */
  read(): Promise<Uint8Array | null>
  /** The next bytes as text; `null` at the end. */
  text(): Promise<string | null>
  /** Stops taking bytes, so that the buffers in between fill. */
  pause(): void
  /** Goes away, as a client that closes the connection. */
  leave(): void
}
