// pnpm soak session [sqlite redis postgres] [--seconds 60]: works the stores for a while, disturbed, and says what was wrong.
import { parseArgs } from 'node:util'
import { backendNames } from './src/fixtures/soak/backends.ts'
import { reportOf } from './src/fixtures/soak/report.ts'
import { runSoak } from './src/fixtures/soak/run-soak.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' } },
})
const seconds = Number(values.seconds)
const wrong = positionals.find((name) => !backendNames.some((known) => known === name))
if (wrong !== undefined || !(seconds > 0)) {
  const problem = wrong === undefined ? '--seconds takes a number above 0' : `there is no store '${wrong}'`
  console.error(`soak: ${problem}. pnpm soak session [${backendNames.join('|')}]… [--seconds 60]`)
  process.exit(2)
}

for (const name of backendNames.filter((name) => positionals.length === 0 || positionals.includes(name))) {
  const result = await runSoak(name, { seconds })
  console.log(`${name}: ${reportOf(result)}`)
  if (result.violations.length > 0) process.exitCode = 1
}
