import { fileURLToPath } from 'node:url'
import { stack } from '@fsgi/core'
import { gzip } from '@fsgi/middleware-gzip'
import { session } from '@fsgi/middleware-session'
import { serveStatic } from '@fsgi/middleware-static'
import { siteOf } from './site.ts'
import { visitor } from './visitor.ts'
import type { App } from '@fsgi/core'
import type { Site, Store } from './visit.ts'

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url))
const DAY = 24 * 60 * 60_000 // milliseconds

export interface Parts extends Omit<Site, 'sessions'> {
  readonly store: Store
}

/** The whole application. Files come before the session: they are the same for everybody. */
export function stackOf({ store, ...parts }: Parts): App {
  const withSession = session({
    schema: visitor,
    store,
    cookie: { persistent: true }, // a device stays logged in when its browser is closed
    idleTimeout: 7 * DAY,
    absoluteTimeout: 30 * DAY, // then the password is asked for again (NIST SP 800-63B-4 §2.1.3)
  })
  return stack(gzip(), serveStatic(PUBLIC), withSession)(siteOf({ ...parts, sessions: withSession.sessions }))
}
