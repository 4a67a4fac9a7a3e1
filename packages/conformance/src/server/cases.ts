import { headerCases } from './cases/header-cases.ts'
import { responseCases } from './cases/response-cases.ts'
import { urlCases } from './cases/url-cases.ts'
import type { ServerCase } from './case.ts'

/** The server suite, in the order of an exchange. */
export const serverCases: readonly ServerCase[] = [...urlCases, ...headerCases, ...responseCases]
