import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fencesOf } from './fence.ts'
import type { Fence } from './fence.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A document with examples, and the folder of the package whose dependencies they may import. */
export interface Document {
  /** Its path from the root, with `/`. */
  readonly path: string
  readonly folder: string
  readonly fences: readonly Fence[]
}

/** The README of the root and of every package, app and template, and all Markdown in `docs/` and the `docs` folder of a package. */
export function documents(): Document[] {
  const folders = ['packages', 'apps', 'templates']
    .flatMap((group) => below(group))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
  const paths = [
    { path: 'README.md', folder: 'docs' },
    ...markdownIn('docs').map((path) => ({ path, folder: 'docs' })),
    ...folders.flatMap((folder) =>
      [`${folder}/README.md`, ...markdownIn(`${folder}/docs`)].map((path) => ({ path, folder })),
    ),
  ]
  return paths.filter(({ path }) => existsSync(join(root, path))).map(read)
}

function read({ path, folder }: { path: string; folder: string }): Document {
  try {
    return { path, folder, fences: fencesOf(readFileSync(join(root, path), 'utf8')) }
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error })
  }
}

function markdownIn(folder: string): string[] {
  return below(folder).flatMap((path) =>
    path.endsWith('.md') ? [path] : /(^|\/)(node_modules|\.[^/]*)$/.test(path) ? [] : markdownIn(path),
  )
}

function below(folder: string): string[] {
  const entries = existsSync(join(root, folder)) ? readdirSync(join(root, folder), { withFileTypes: true }) : []
  return entries
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.md'))
    .map((entry) => `${folder}/${entry.name}`)
}
