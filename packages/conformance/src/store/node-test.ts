import { describe, it } from 'node:test'
import { casesFor } from './check-host.ts'
import { runStoreCase, titleOf } from './check-store.ts'
import type { StoreHost } from './host.ts'

/** The store suite as node:test tests, one per case. @throws {TypeError} for a host that is not valid. */
export function describeStore(host: StoreHost): void {
  const cases = casesFor(host)
  void describe(`${host.name} conforms`, () => {
    for (const one of cases) {
      void it(titleOf(one, host), async () => {
        const { error } = await runStoreCase(one, host)
        if (error !== undefined) throw error
      })
    }
  })
}
