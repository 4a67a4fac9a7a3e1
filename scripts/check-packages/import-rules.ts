import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { INLINED, isBundled } from '../published/bundle.ts'
import type { Package } from '../workspace.ts'

const imports =
  /^(?:import|export|\})[^'\n]*\bfrom '([^']+)'|^import '([^']+)'|(?<!\/\/.*|\* .*)\bimport\('([^']+)'\)/gm

/** What is published may import only what is installed with it, or put into it: other devDependencies are for tests. One line per fault. */
export function importRules({ folder, manifest }: Package, root: string): string[] {
  const source = join(root, folder, 'src')
  if (manifest.private === true || !existsSync(source)) return []
  const installed = new Set([
    manifest.name,
    ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }),
    ...(isBundled(manifest) ? INLINED : []),
  ])
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$|(^|[\\/])fixtures[\\/]/.test(file))
    .flatMap((file) =>
      packagesIn(readFileSync(join(source, file), 'utf8'))
        .filter((name) => !installed.has(name))
        .map((name) => `${join(folder, 'src', file)} imports ${name}, which is not among the package's dependencies`),
    )
}

function packagesIn(source: string): string[] {
  const specifiers = [...source.matchAll(imports)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
  return specifiers
    .filter((specifier) => !/^[.#]|^file:|^bun:|^cloudflare:/.test(specifier) && !isBuiltin(specifier))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    )
}
