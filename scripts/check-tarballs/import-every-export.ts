import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'
import type { Consumer } from './consumer.ts'
import type { Package } from '../workspace.ts'

/** Imports every export of every package into one process under this Node; then requires them in another. */
export function importEveryExport({ folder }: Consumer, packages: readonly Package[]): string[] {
  // What imports vitest can only be loaded by vitest.
  const specifiers = exportsOf(packages).filter((specifier) => !specifier.endsWith('/vitest'))
  return [
    ...runWith(
      'import',
      (specifier) => `await import('${specifier}'${specifier.endsWith('.json') ? ", { with: { type: 'json' } }" : ''})`,
    ),
    ...runWith('require', (specifier) => `require('${specifier}')`),
  ]

  function runWith(what: string, load: (specifier: string) => string): string[] {
    const lines = specifiers.map((specifier) => `await check('${specifier}', async () => ${load(specifier)})\n`)
    writeFileSync(join(folder, `${what}.js`), `${program}${lines.join('')}`)
    return run(`${what} of every export`, process.execPath, ['--no-warnings', `${what}.js`], folder)
  }
}

const program = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
async function check(specifier, load) {
  try {
    if (Object.keys(await load()).length === 0) throw new Error('it exports nothing')
  } catch (error) {
    console.error(specifier, error)
    process.exitCode = 1
  }
}
`

/** Every specifier that the packages export, `@fsgi/core/lint` and so on. */
export function exportsOf(packages: readonly Package[]): string[] {
  return packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {}).map((key) => manifest.name + key.slice(1)),
  )
}
