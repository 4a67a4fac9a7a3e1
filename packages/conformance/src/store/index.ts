/** The store suite. It starts processes and relays, so it needs Node. */
export { storeCases } from './cases.ts'
export { checkStore, type StoreCaseResult } from './check-store.ts'
export { serveStore } from './serve-store.ts'
export { throughRelay, type Address } from './relay.ts'
export type { Capability, FaultyStore, OpenStore, StoreHost } from './host.ts'
export type { StoreBench, StoreCase } from './case.ts'
export type {
  At,
  NewRecord,
  Next,
  NextRotation,
  SessionStore,
  StoreCall,
  StoredRecord,
  StoreOutcome,
  SubjectIndex,
} from './session-store.ts'
