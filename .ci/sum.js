// Adds up the reports that .ci/run collects, says last what failed (a log is read from its end) and prints `N passed, N failed`.
// A test that was skipped has failed, and so has a step that ended with an error but names no failure, or left no report at all.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const [folder] = process.argv.slice(2)
let passed = 0
let failed = 0
for (const name of readdirSync(folder).filter((file) => file.endsWith('.code'))) {
  const code = Number(readFileSync(join(folder, name), 'utf8'))
  const file = join(folder, name.replace('.code', '.json'))
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  const one = report === undefined ? { passed: 0, failed: 1, why: ['it left no report'] } : countOf(report)
  if (code !== 0 && one.failed === 0) Object.assign(one, { failed: 1, why: [`it ended with exit code ${code}`] })
  for (const why of one.why) console.log(`${name.replace('.code', '')}: ${why}`)
  passed += one.passed
  failed += one.failed
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** Of vitest's JSON report, of `pnpm conformance --json`, or of `pnpm ok --report`. */
function countOf(report) {
  if (report.hosts !== undefined) {
    const sum = (key) => report.hosts.reduce((total, host) => total + host[key], 0)
    return { passed: sum('passed'), failed: sum('failed'), why: [] }
  }
  if (report.testResults === undefined) return { ...report, why: [] }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report
  const skipped = numPendingTests + numTodoTests
  // A file that could not be loaded has no test that failed.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((each) => each.status === 'failed'),
  )
  const why = broken.map(({ name, message }) => `${name} failed as a whole: ${message}`)
  for (const { name, assertionResults } of report.testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'failed') why.push(`${name}: ${fullName}\n${failureMessages.join('\n').slice(0, 2000)}`)
    }
  }
  if (skipped > 0) why.push(`${skipped} skipped tests count as failed`)
  return { passed: numPassedTests, failed: numFailedTests + skipped + broken.length, why }
}
