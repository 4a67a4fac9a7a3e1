export { session, type SessionMiddleware } from './session.ts'
export { memory, type MemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export type { SessionOptions } from './options.ts'
export type { KeepOptions, OptionalKeys, Session, SessionHandle } from './session-handle.ts'
export type { SessionInfo, Sessions, SessionsBySubject, SessionsOfAny } from './sessions.ts'
export type { DeepReadonly } from './deep-readonly.ts'
export type { CookieSettings } from './cookie.ts'
export type { InputOf, OutputOf, StandardSchema } from './standard-schema.ts'
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
} from './store.ts'
export { SessionClosedError } from './live-session.ts'
export { SessionConflictError } from './operation.ts'
export { SessionDataError } from './kind.ts'
export { SessionGoneError } from './commit-queue.ts'
export { SessionStoreError } from './store-client.ts'
export { SessionVersionError } from './data-format.ts'
