import type { App } from './app.ts'
import type { Context } from './context.ts'

/**
 * Wraps an app: a server to the app below, an app to the server above. The app below is given `Adds` on top of the
 * context that the middleware itself was given, which must include `Needs`.
 *
 * `'~fsgi'` is never set. It lets `stack` see both types, and its key is a string so that two copies of core agree.
 */
export interface Middleware<Adds extends object = {}, Needs extends object = {}> {
  <C extends Context & Needs>(app: App<C & Adds>): App<C>
  readonly '~fsgi'?: { adds: Adds; needs: (value: Needs) => void }
}
