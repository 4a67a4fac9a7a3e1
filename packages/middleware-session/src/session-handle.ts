import type { DeepReadonly } from './deep-readonly.ts'

/** What the context gains. Nothing happens until `open` is called. */
export interface SessionHandle<T extends object> {
  /**
   * The visitor's session, or a new one that exists only in this request until something is written. Reads the store at most
   * once per request, and not at all without a cookie. Call it before the response is returned.
   * @throws {SessionStoreError} if the store cannot be read: the middleware answers 503.
   */
  open(): Promise<Session<T>>
}

export interface Session<T extends object> {
  /** The session's public name, for logs, device lists and `sessions.destroy`; no secret. Absent until it is stored. */
  readonly handle: string | undefined
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

  /**
   * Changes the data. `fn` runs at once on a draft, and again on the newer data if another request has written first, so it
   * must do nothing but change the draft. This is how a value that depends on the old one is changed without being lost.
   *
   * ```ts
   * session.update((data) => { data.visits++ })
   * ```
   */
  update(fn: (draft: T) => void): void
  /** Sets one value. If this request had read it and another has changed it since, the commit fails: SessionConflictError. */
  set<K extends keyof T>(key: K, value: T[K]): void
  /** Removes an optional value; the same rule as for `set`. */
  delete(key: OptionalKeys<T>): void
  /** Sets a value that is meant to be taken once, such as a message for the page after a redirect. */
  flash<K extends keyof T>(key: K, value: T[K]): void
  /**
   * Removes a value and gives it to one caller only, however many ask at the same time. Commits at once, with everything
   * that is pending.
   */
  take<K extends keyof T>(key: K): Promise<T[K] | undefined>
  /** Writes now, instead of when the response is returned. */
  commit(): Promise<void>

  /** Replaces the token: the old one is dead, and writes begun under it are refused. For every change of privilege. */
  rotate(options?: KeepOptions<T>): void
  /**
   * Binds the session to a subject (a user's id), replaces the token, starts the absolute limit again. Keeps the data, but
   * not that of another subject, unless `keep` says otherwise.
   */
  login(subject: string, options?: KeepOptions<T>): void
  /** Ends the session, also if the handler throws afterwards. What is written after it begins a new one. */
  destroy(): void
  /**
   * 32 secret bytes that stay the same until the token is replaced, and differ for each label: a CSRF token without a
   * write. On a new session it counts as a write, as the secret would be lost without one.
   */
  derive(label: string): Promise<Uint8Array>
}

export interface KeepOptions<T> {
  /** Which data survives; the rest goes back to the initial data. */
  readonly keep?: 'all' | 'none' | readonly (keyof T)[]
}

/** The keys that T may lack. */
export type OptionalKeys<T> = { [K in keyof T]-?: {} extends Pick<T, K> ? K : never }[keyof T]
