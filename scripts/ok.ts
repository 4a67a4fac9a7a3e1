// `pnpm ok`: every check that a change must pass, one after the other; a failure does not keep the others from running.
// `pnpm ok format lint` runs only those. `--report <file>` also writes `{ "passed": n, "failed": n }` for .ci/run.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { manifestAt, root } from './workspace.ts'

const { scripts = {} } = manifestAt(root)
const commands: Record<string, string | undefined> = {
  format: scripts['format'],
  lint: scripts['lint'],
  packages: scripts['check:packages'],
  types: scripts['types'],
  tests: 'vitest run --project unit',
  build: scripts['build'],
  tarballs: scripts['check:tarballs'],
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { report: { type: 'string' } } })
const unknown = positionals.filter((name) => !(name in commands))
if (unknown.length > 0) {
  console.error(`pnpm ok has no check '${unknown.join("', '")}': there are ${Object.keys(commands).join(', ')}`)
  process.exit(2)
}

const results = Object.entries(commands)
  .filter(([name]) => positionals.length === 0 || positionals.includes(name))
  .map(([name, command = '']) => {
    console.log(`\n▶ ${name}: ${command}`)
    const start = performance.now()
    const { status, signal } = spawnSync(command, { cwd: root, shell: true, stdio: 'inherit' })
    if (signal !== null) process.exit(130)
    return { name, passed: status === 0, seconds: (performance.now() - start) / 1000 }
  })

console.log()
for (const { name, passed, seconds } of results)
  console.log(`${passed ? '✓' : '✗'} ${name.padEnd(10)} ${seconds.toFixed(1)} s`)
const failed = results.filter(({ passed }) => !passed)
console.log(failed.length === 0 ? 'ok' : `not ok: ${failed.map(({ name }) => name).join(', ')}`)
if (values.report !== undefined) {
  writeFileSync(values.report, JSON.stringify({ passed: results.length - failed.length, failed: failed.length }))
}
if (failed.length > 0) process.exitCode = 1
