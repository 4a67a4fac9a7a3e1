import { answerCases } from './answer-cases.ts'
import { bodyCases } from './body-cases.ts'
import { contextCases } from './context-cases.ts'
import { errorCases } from './error-cases.ts'
import { requestCases } from './request-cases.ts'
import { streamCases } from './stream-cases.ts'
import { uploadCases } from './upload-cases.ts'
import { wrappingCases } from './wrapping-cases.ts'
import type { MiddlewareCase } from './case.ts'

/** The middleware suite: what it holds for transparent must stay as it is when it does not concern the middleware. */
export const middlewareCases: readonly MiddlewareCase[] = [
  ...wrappingCases,
  ...requestCases,
  ...contextCases,
  ...uploadCases,
  ...answerCases,
  ...bodyCases,
  ...streamCases,
  ...errorCases,
]
