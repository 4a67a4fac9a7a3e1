import type { Context } from '@fsgi/core'
import type { Session, SessionHandle, SessionMiddleware, SessionStore, SubjectIndex } from '@fsgi/middleware-session'
import type { Account, Accounts } from './accounts.ts'
import type { Attempts } from './attempts.ts'
import type { Visitor } from './visitor.ts'

/** A store that can find the sessions of an account. */
export type Store = SessionStore & { readonly bySubject: SubjectIndex }

/** What the site works with. */
export interface Site {
  readonly accounts: Accounts
  readonly attempts: Attempts
  readonly sessions: SessionMiddleware<Visitor, 'session', Store>['sessions']
}

/** What the stack gives the site. */
export interface SiteContext extends Context {
  readonly session: SessionHandle<Visitor>
}

/** One request, and who makes it. */
export interface Visit {
  readonly site: Site
  readonly request: Request
  readonly context: SiteContext
  readonly session: Session<Visitor>
  /** Who is logged in. */
  readonly account: Account | undefined
  /** What was sent; empty for GET. Its token was right. */
  readonly form: URLSearchParams
}

/** A visit of somebody who is logged in. */
export interface MembersVisit extends Visit {
  readonly account: Account
}
