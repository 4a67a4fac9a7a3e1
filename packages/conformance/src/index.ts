export { middlewareCases, type MiddlewareCase, type Subject } from './middleware/cases.ts'
export { checkMiddleware, type CaseResult, type MiddlewareOptions } from './middleware/check-middleware.ts'
