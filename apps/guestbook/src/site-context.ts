import type { Context } from '@fsgi/core'
import type { SessionHandle } from '@fsgi/middleware-session'
import type { Visitor } from './visitor.ts'

/** What the stack gives the site. Hono calls a handler's second argument `env`: there, `c.env` is this. */
export interface SiteContext extends Context {
  readonly session: SessionHandle<Visitor>
}
