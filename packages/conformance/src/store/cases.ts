import { createCases } from './cases/create.ts'
import { destroyCases } from './cases/destroy.ts'
import { faultCases } from './cases/fault.ts'
import { limitCases } from './cases/limit.ts'
import { processCases } from './cases/process.ts'
import { raceCases } from './cases/race.ts'
import { replaceCases } from './cases/replace.ts'
import { rotateCases } from './cases/rotate.ts'
import { subjectCases } from './cases/subject.ts'
import { subjectRaceCases } from './cases/subject-race.ts'
import { sweepCases } from './cases/sweep.ts'
import { touchCases } from './cases/touch.ts'
import type { StoreCase } from './case.ts'

/** The store suite: the contract of each method, then what the promises of the middleware need of a store. */
export const storeCases: readonly StoreCase[] = [
  ...createCases,
  ...replaceCases,
  ...rotateCases,
  ...touchCases,
  ...destroyCases,
  ...limitCases,
  ...raceCases,
  ...subjectCases,
  ...subjectRaceCases,
  ...sweepCases,
  ...processCases,
  ...faultCases,
]
