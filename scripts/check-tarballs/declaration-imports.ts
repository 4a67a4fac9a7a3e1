import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { root } from '../workspace.ts'
import type { Package } from '../workspace.ts'

/** Declarations may name only packages that are installed with theirs: what is put into the code is not. One line per fault. */
export function declarationImports(
  { folder, manifest }: Package,
  declarations: readonly string[],
  from: string = root,
): string[] {
  const { name, dependencies, peerDependencies } = manifest
  const installed = [name, ...Object.keys({ ...dependencies, ...peerDependencies })]
  const isThere = (specifier: string): boolean =>
    specifier.startsWith('.') ||
    isBuiltin(specifier) ||
    installed.some((each) => specifier === each || specifier.startsWith(`${each}/`))
  return declarations.flatMap((file) =>
    [...readFileSync(join(from, folder, 'dist', file), 'utf8').matchAll(/(?:\bfrom |\bimport\()["']([^"']+)["']/g)]
      .map(([, specifier]) => specifier!)
      .filter((specifier) => !isThere(specifier))
      .map((specifier) => `${folder}/dist/${file} imports ${specifier}, which is not installed with the package`),
  )
}
