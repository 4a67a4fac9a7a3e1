import { describe, it } from 'vitest'
import { casesFor } from './check-host.ts'
import { limitOf, runStoreCase, titleOf } from './check-store.ts'
import type { StoreHost } from './host.ts'

/** The store suite as vitest tests, one per case. @throws {TypeError} for a host that is not valid. */
export function describeStore(host: StoreHost): void {
  const cases = casesFor(host).map((one) => [titleOf(one, host), one] as const)
  describe(`${host.name} conforms`, () => {
    it.each(cases)('%s', { timeout: limitOf(host) }, async (_title, one) => {
      const { error } = await runStoreCase(one, host)
      if (error !== undefined) throw error
    })
  })
}
