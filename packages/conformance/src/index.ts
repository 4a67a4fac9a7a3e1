export { middlewareCases } from './middleware/cases.ts'
export { checkMiddleware, type CaseResult } from './middleware/check-middleware.ts'
export type { Exchanged, Given, MiddlewareCase, Subject } from './middleware/case.ts'
export type { MiddlewareOptions } from './middleware/middleware-options.ts'
