import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportsOf } from './import-every-export.ts'
import { run } from './run.ts'
import type { Consumer } from './consumer.ts'
import type { Package } from '../workspace.ts'

const compilers = [
  ['typescript5', 'nodenext', 'nodenext'],
  ['typescript7', 'nodenext', 'nodenext'],
  ['typescript7', 'esnext', 'bundler'],
] as const

/** Type-checks the project, declarations included, with an older TypeScript and ours, and as a bundler resolves. */
export function typeCheck({ folder }: Consumer, packages: readonly Package[]): string[] {
  const all = exportsOf(packages).filter((specifier) => !specifier.endsWith('.json'))
  const source = all.map((specifier, index) => `export * as all${index} from '${specifier}'\n`).join('')
  writeFileSync(join(folder, 'every-export.ts'), source)
  return compilers.flatMap(([version, module, moduleResolution]) => {
    const tsc = join('node_modules', version, 'bin/tsc')
    const args = [tsc, '-p', '.', '--module', module, '--moduleResolution', moduleResolution]
    return run(`${version}, ${moduleResolution}`, process.execPath, args, folder)
  })
}
