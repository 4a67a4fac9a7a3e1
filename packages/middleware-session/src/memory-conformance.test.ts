import { describeStore } from '@fsgi/conformance/store/vitest'
import { memory } from './memory-store.ts'

const store = memory()
describeStore({ name: 'memory()', can: ['bySubject', 'sweep'], open: () => ({ store }) })
