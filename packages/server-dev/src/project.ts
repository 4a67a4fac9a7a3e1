import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, isAbsolute, sep } from 'node:path'

/** Where an application lives. Both are real paths. */
export interface Project {
  /** The folder of the nearest package.json above the entry, else the entry's own: .env and tsconfig.json are here. */
  readonly folder: string
  /** The workspace that the folder belongs to, else the folder: code outside of it is never shown. */
  readonly root: string
}

/** Finds the project that an entry file belongs to. @throws if the file does not exist. */
export function projectOf(entry: string): Project {
  const start = dirname(realpathSync(entry))
  const folder = firstAbove(start, (directory) => existsSync(join(directory, 'package.json'))) ?? start
  return { folder, root: firstAbove(folder, isWorkspace) ?? folder }
}

/** Whether a real path is inside a real folder, and not in one of its `node_modules`. */
export function isInside(folder: string, path: string): boolean {
  const below = relative(folder, path)
  return (
    below !== '' && !isAbsolute(below) && below.split(sep)[0] !== '..' && !below.split(sep).includes('node_modules')
  )
}

function isWorkspace(directory: string): boolean {
  if (existsSync(join(directory, 'pnpm-workspace.yaml'))) return true
  try {
    return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).workspaces !== undefined
  } catch {
    return false
  }
}

function firstAbove(directory: string, matches: (directory: string) => boolean): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (matches(at)) return at
    if (dirname(at) === at) return undefined
  }
}
