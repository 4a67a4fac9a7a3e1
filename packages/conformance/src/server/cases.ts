import { bodyCases } from './cases/body-cases.ts'
import { capabilityCases } from './cases/capability-cases.ts'
import { connectionCases } from './cases/connection-cases.ts'
import { contextCases } from './cases/context-cases.ts'
import { errorCases } from './cases/error-cases.ts'
import { framingCases } from './cases/framing-cases.ts'
import { headerCases } from './cases/header-cases.ts'
import { lifetimeCases } from './cases/lifetime-cases.ts'
import { limitCases } from './cases/limit-cases.ts'
import { proxyCases } from './cases/proxy-cases.ts'
import { responseCases } from './cases/response-cases.ts'
import { startCases } from './cases/start-cases.ts'
import { timingCases } from './cases/timing-cases.ts'
import { tlsCases } from './cases/tls-cases.ts'
import { urlCases } from './cases/url-cases.ts'
import type { ServerCase } from './case.ts'

/** The server suite, in the order of an exchange. */
export const serverCases: readonly ServerCase[] = [
  ...urlCases,
  ...headerCases,
  ...bodyCases,
  ...framingCases,
  ...responseCases,
  ...timingCases,
  ...errorCases,
  ...lifetimeCases,
  ...connectionCases,
  ...contextCases,
  ...capabilityCases,
  ...startCases,
  ...limitCases,
  ...proxyCases,
  ...tlsCases,
]
