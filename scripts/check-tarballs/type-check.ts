import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportsOf } from './import-every-export.ts'
import { run } from './run.ts'
import type { Consumer } from './consumer.ts'
import type { Package } from '../workspace.ts'

/** Type-checks the project with the oldest TypeScript we promise and ours, both ways to resolve, declarations included. */
export function typeCheck({ folder }: Consumer, packages: readonly Package[]): string[] {
  const all = exportsOf(packages).filter((specifier) => !specifier.endsWith('.json'))
  writeFileSync(
    join(folder, 'every-export.ts'),
    all.map((specifier, index) => `export * as all${index} from '${specifier}'\n`).join(''),
  )
  const wrong: string[] = []
  for (const version of ['typescript5', 'typescript7']) {
    for (const [module, moduleResolution] of [
      ['nodenext', 'nodenext'],
      ['esnext', 'bundler'],
    ] as const) {
      const tsc = join('node_modules', version, 'bin/tsc')
      const args = [tsc, '-p', '.', '--module', module, '--moduleResolution', moduleResolution]
      wrong.push(...run(`${version}, ${moduleResolution}`, process.execPath, args, folder))
    }
  }
  return wrong
}
