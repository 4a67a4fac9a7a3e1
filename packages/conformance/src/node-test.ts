import { after, before, describe, it } from 'node:test'
import { middlewareCases } from './middleware/cases.ts'
import { casesOf, openSession, runServerCase } from './server/check-server.ts'
import { checkOptions, titleOf } from './middleware/middleware-options.ts'
import { runCase } from './middleware/check-middleware.ts'
import type { Middleware } from '@fsgi/core'
import type { Host } from './server/host.ts'
import type { MiddlewareOptions } from './middleware/middleware-options.ts'
import type { Session } from './server/check-server.ts'

/** The middleware suite as node:test tests, one per case. */
export function describeMiddleware(
  name: string,
  make: () => Middleware<any, any>,
  options: MiddlewareOptions = {},
): void {
  checkOptions('describeMiddleware()', make, options)
  void describe(`${name} conforms`, () => {
    for (const one of middlewareCases) {
      void it(titleOf(one, options), async () => {
        const { error } = await runCase(one, make, options)
        if (error !== undefined) throw error
      })
    }
  })
}

/** The server suite as node:test tests, one per case and mode. */
export function describeServer(host: Host): void {
  void describe(`${host.name} conforms`, () => {
    let session: Session
    before(async () => void (session = await openSession(host)))
    after(() => session.close())
    for (const { one, mode } of casesOf(host)) {
      void it(`${one.title} (${mode})`, async () => {
        const { error } = await runServerCase(one, mode, session)
        if (error !== undefined) throw error
      })
    }
  })
}
