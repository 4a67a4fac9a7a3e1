import type { SessionStore as Suite } from '@fsgi/conformance/store'
import { expectTypeOf, test } from 'vitest'
import type { SessionStore } from './store.ts'

test('the contract that the store suite of @fsgi/conformance states is ours', () => {
  expectTypeOf<SessionStore>().toEqualTypeOf<Suite>()
})
