import { afterAll, beforeAll, describe, it } from 'vitest'
import { middlewareCases } from './middleware/cases.ts'
import { casesOf, openSession, runServerCase } from './server/check-server.ts'
import { checkOptions, titleOf } from './middleware/middleware-options.ts'
import { runCase } from './middleware/check-middleware.ts'
import type { Middleware } from '@fsgi/core'
import type { Host } from './server/host.ts'
import type { MiddlewareOptions } from './middleware/middleware-options.ts'
import type { Session } from './server/check-server.ts'

/** The middleware suite as vitest tests, one per case. */
export function describeMiddleware(
  name: string,
  make: () => Middleware<any, any>,
  options: MiddlewareOptions = {},
): void {
  checkOptions('describeMiddleware()', make, options)
  describe(`${name} conforms`, () => {
    const cases = middlewareCases.map((one) => [titleOf(one, options), one] as const)
    it.each(cases)('%s', LIMIT, async (_title, one) => {
      const { error } = await runCase(one, make, options)
      if (error !== undefined) throw error
    })
  })
}

/** The cases have a limit of their own, whose message says more. */
const LIMIT = { timeout: 60_000 }

/** The server suite as vitest tests, one per case and mode. */
export function describeServer(host: Host): void {
  describe(`${host.name} conforms`, () => {
    let session: Session
    beforeAll(async () => void (session = await openSession(host)))
    afterAll(() => session.close())
    const cases = casesOf(host).map(({ one, mode }) => [one.title, mode, one] as const)
    it.each(cases)('%s (%s)', async (_title, mode, one) => {
      const { error } = await runServerCase(one, mode, session)
      if (error !== undefined) throw error
    })
  })
}
