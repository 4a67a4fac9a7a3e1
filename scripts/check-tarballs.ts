// `pnpm check:tarballs`: what users get. Every packed package is linted, then installed with npm into an empty project that
// imports every export, runs the commands and type-checks. Wants the tarballs that `turbo run tarball` makes.
import { importEveryExport } from './check-tarballs/import-every-export.ts'
import { lintTarball } from './check-tarballs/lint-tarball.ts'
import { newConsumer } from './check-tarballs/consumer.ts'
import { runCommands } from './check-tarballs/run-commands.ts'
import { typeCheck } from './check-tarballs/type-check.ts'
import { publishable } from './workspace.ts'

const packages = publishable()
const wrong: string[] = []
const step = async (what: string, check: () => string[] | Promise<string[]>): Promise<void> => {
  const start = performance.now()
  const found = await check()
  wrong.push(...found)
  console.log(`${found.length === 0 ? '✓' : '✗'} ${what} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  for (const each of found) console.error(each)
}

for (const each of packages) await step(`${each.manifest.name}: publint and attw`, () => lintTarball(each))
console.log('npm installs them together into an empty project …')
const consumer = newConsumer(packages)
try {
  await step('every export can be imported, and required', () => importEveryExport(consumer, packages))
  await step('the commands say how they are used, and serve', () => runCommands(consumer, packages))
  await step('types check in a program that uses them, also with two copies of core', () =>
    typeCheck(consumer, packages),
  )
} finally {
  consumer.remove()
}
console.log(`${packages.length} tarballs, ${wrong.length} ${wrong.length === 1 ? 'fault' : 'faults'}`)
if (wrong.length > 0) process.exitCode = 1
