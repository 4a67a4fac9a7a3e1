// `pnpm spec:coverage`: writes the table of what looks at each rule into SPEC.md.
import { coverageTable } from './coverage-table.ts'
import { writeTable } from './rules-of-spec.ts'

writeTable(coverageTable())
