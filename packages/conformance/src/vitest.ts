import { describe, it } from 'vitest'
import { middlewareCases } from './middleware/cases.ts'
import { runCase } from './middleware/check-middleware.ts'
import type { Middleware } from '@fsgi/core'
import type { MiddlewareOptions } from './middleware/check-middleware.ts'

/** The middleware suite as vitest tests, one per case. */
export function describeMiddleware(
  name: string,
  make: () => Middleware<any, any>,
  options: MiddlewareOptions = {},
): void {
  describe(`${name} conforms`, () => {
    it.each(middlewareCases.map((one) => [one.title, one] as const))('%s', async (_title, one) => {
      const { error } = await runCase(one, make, options)
      if (error !== undefined) throw error
    })
  })
}
