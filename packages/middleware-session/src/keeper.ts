import type { Loaded } from './commit-queue.ts'
import type { Changes } from './operation.ts'
import type { StoredRecord } from './store.ts'
import type { Token } from './token.ts'

/** One request's way to where its session is kept: in a store that its cookie leads to, or in the cookie itself. */
export interface Keeper<T extends object> {
  /** Whether every change has to go into the response's cookie. */
  readonly inCookie: boolean
  /** What the request's cookie leads to. @throws {SessionStoreError} if that cannot be said. */
  find(): Found | undefined | Promise<Found | undefined>
  /** Keeps a new session; `undefined` if there is nothing in it that a new one would not have anyway. */
  create(
    data: T,
    initial: T,
    renewal: Renewal | undefined,
    verifier: string | undefined,
  ): Promise<Opened<T> | undefined>
  /** Changes a session, and its token if that is wanted. */
  change(opened: Opened<T>, changes: Changes<T>, renewal: Renewal | undefined): Opened<T> | Promise<Opened<T>>
  destroy(token: Token): Promise<void>
  /** Moves the idle limit, if it is time for that: when less than half of it is left. Else gives back what it was given. */
  touch(opened: Opened<T>): Opened<T> | Promise<Opened<T>>
  /** The Set-Cookie values that tell the browser what has become of the session which it brought. */
  cookies(change: CookieChange<T>): readonly string[]
}

/** What a keeper knows of the request. */
export interface Exchange {
  readonly request: Request
  readonly encrypted: boolean
  report(error: unknown): void
}

export interface Found {
  readonly token: Token
  readonly record: StoredRecord
}

/** A kept session that a request has the token of. */
export interface Opened<T> extends Loaded<T> {
  readonly token: Token
}

/** A new token for a session. */
export interface Renewal {
  readonly verifier: string
  readonly subject: string | null
  /** Whether the absolute limit starts again. */
  readonly restart: boolean
}

export interface CookieChange<T> {
  readonly before: Opened<T> | undefined
  readonly after: Opened<T> | undefined
  readonly wasDestroyed: boolean
}
