import type { CookieSettings } from './cookie.ts'
import type { DataFormat } from './data-format.ts'
import type { Exchange, Keeper } from './keeper.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import type { KeepOptions, OptionalKeys } from './session-handle.ts'

/** What `sealedCookie()` returns: sessions are kept by the visitors themselves. It is no `SessionStore`: it promises less. */
export interface SealedCookie {
  /** For `session()`. */
  readonly '~keeper': <T extends object>(settings: SealedSettings<T>) => (exchange: Exchange) => Keeper<T>
}

export interface SealedSettings<T extends object> {
  readonly format: DataFormat<T>
  readonly cookie: CookieSettings
  readonly now: () => number
  readonly idleTimeout: number
  readonly absoluteTimeout: number
}

/** What the context gains with `sealedCookie()`. */
export interface SealedSessionHandle<T extends object> {
  /** The visitor's session, or a new one that exists only in this request until something is written. */
  open(): Promise<SealedSession<T>>
}

/**
 * A session that is in the visitor's cookie. It has less than a `Session`, and every `Session` has all that it has:
 * - no `handle`, and nothing in `sessions`: nobody knows which sessions there are, so none can be listed or ended from outside;
 * - no `commit`: it is written into the response's head, and at no other time;
 * - no `take` and `flash`: an old cookie that is sent again brings the value again;
 * - no `rotate`: an old cookie stays good until its limits.
 */
export interface SealedSession<T extends object> {
  /** Whether this request brought no live session (and whether `destroy` began another). */
  readonly isNew: boolean
  /** Who `login` said it is. */
  readonly subject: string | undefined
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** When it ends unless it is used before: milliseconds since 1970. */
  readonly expiresAt: number
  /** The data with this request's own changes. Frozen; a change is made with the methods below. */
  readonly data: DeepReadonly<T>

  /** Changes the data. Of requests that do so at the same time the browser keeps the last answer, whole. */
  update(fn: (draft: T) => void): void
  /** Sets one value. */
  set<K extends keyof T>(key: K, value: T[K]): void
  /** Removes an optional value. */
  delete(key: OptionalKeys<T>): void
  /**
   * Binds the session to a subject (a user's id) and starts the absolute limit again. Keeps the data, but not that of another
   * subject, unless `keep` says otherwise. The cookie from before stays what it was: a session that nobody is logged in to.
   */
  login(subject: string, options?: KeepOptions<T>): void
  /** Clears the browser's cookie, if the handler does not throw. A copy that somebody has made is good until its limits. */
  destroy(): void
  /** 32 secret bytes, for each label others, that stay the same until a login: a CSRF token. On a new session a write. */
  derive(label: string): Promise<Uint8Array>
}
