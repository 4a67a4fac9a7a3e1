import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { declarationImports } from './declaration-imports.ts'
import { run } from './run.ts'
import { root } from '../workspace.ts'
import type { Package } from '../workspace.ts'

/** Checks the manifest and the files of a tarball (publint), and that types and code resolve alike (attw; ESM only). */
export function lintTarball(one: Package): string[] {
  const { folder, manifest } = one
  const tarball = join(root, folder, 'package.tgz')
  if (!existsSync(tarball)) return [`${tarball} is not there: run turbo run tarball`]
  const declarations = readdirSync(join(root, folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.d.ts'),
  )
  const stale = declarations.filter((file) => !existsSync(join(root, folder, 'src', file.replace(/d\.ts$/, 'ts'))))
  const bin = join(root, 'node_modules/.bin')
  const attw = [tarball, '--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii']
  return [
    ...stale.map((file) => `${folder}/dist/${file} was packed but has no source any more: delete dist and build again`),
    ...declarationImports(one, declarations),
    ...run(`publint of ${manifest.name}`, join(bin, 'publint'), ['run', tarball, '--strict'], root),
    ...run(`attw of ${manifest.name}`, join(bin, 'attw'), attw, root),
  ]
}
