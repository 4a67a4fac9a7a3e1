import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../', import.meta.url))

/** A package of the workspace. */
export interface Package {
  /** Its folder from the root, such as `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
}

/** What the scripts read of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly license?: string
  readonly repository?: { readonly directory?: string }
  readonly homepage?: string
  readonly type?: string
  readonly bin?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
  readonly exports?: Readonly<Record<string, unknown>>
  readonly publishConfig?: { readonly access?: string; readonly exports?: Readonly<Record<string, unknown>> }
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly engines?: { readonly node?: string }
}

/** Every package of the workspace below `from`, in the order of their folders. */
export function workspace(from: string = root): Package[] {
  const groups = ['packages', 'apps', 'templates'].filter((group) => existsSync(join(from, group)))
  const folders = groups.flatMap((group) => readdirSync(join(from, group)).map((name) => `${group}/${name}`))
  return [...folders, 'bench', 'docs']
    .filter((folder) => existsSync(join(from, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: manifestAt(join(from, folder)) }))
}

/** The packages that are published. */
export function publishable(from: string = root): Package[] {
  return workspace(from).filter(({ manifest }) => manifest.private !== true)
}

export function manifestAt(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** The ranges that pnpm-workspace.yaml keeps for `catalog:`. */
export function catalog(from: string = root): Record<string, string> {
  const lines = readFileSync(join(from, 'pnpm-workspace.yaml'), 'utf8').split('\n')
  const start = lines.indexOf('catalog:') + 1
  const entries = lines.slice(
    start,
    lines.findIndex((line, index) => index >= start && !line.startsWith(' ')),
  )
  return Object.fromEntries(
    entries.map((line) => (/^ +'?([^':]+)'?: '?([^']+?)'?$/.exec(line) ?? []).slice(1, 3) as [string, string]),
  )
}
