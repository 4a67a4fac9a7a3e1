import { describe, it } from 'node:test'
import { middlewareCases } from './middleware/cases.ts'
import { runCase } from './middleware/check-middleware.ts'
import type { Middleware } from '@fsgi/core'
import type { MiddlewareOptions } from './middleware/check-middleware.ts'

/** The middleware suite as node:test tests, one per case. */
export function describeMiddleware(
  name: string,
  make: () => Middleware<any, any>,
  options: MiddlewareOptions = {},
): void {
  void describe(`${name} conforms`, () => {
    for (const one of middlewareCases) {
      void it(one.title, async () => {
        const { error } = await runCase(one, make, options)
        if (error !== undefined) throw error
      })
    }
  })
}
