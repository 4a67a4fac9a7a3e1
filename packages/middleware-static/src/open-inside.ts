import { isNotFound, nodeFs } from './node-fs.ts'
import { isSameVersion } from './is-same-version.ts'
import { OpenFile } from './open-file.ts'
import type { BigIntStats } from 'node:fs'

/** `inside`: a link may point anywhere below the root. `follow`: anywhere at all. `never`: nowhere. */
export type Symlinks = 'inside' | 'follow' | 'never'

export interface Opened {
  readonly open: OpenFile
  readonly stats: BigIntStats
}

/**
 * Opens a regular file below the root. What is checked is the descriptor that will be read: it is opened first, then
 * asked what it is, then the real path of its name must lie below the root's and lead to that same file. A swap in
 * between is seen, a device is never opened on purpose, and a pipe never blocks.
 *
 * All of it is synchronous: thirty microseconds of a kernel that knows the name by now, where threads would take half a
 * millisecond and leave that much time for swaps. `known` is an earlier answer for this name: the same version of the same
 * file need not be looked for again.
 */
export function openInside(
  root: string,
  name: string,
  symlinks: Symlinks,
  known?: BigIntStats,
): Opened | 'directory' | null {
  try {
    // A file that was replaced meanwhile, as every deployment does, is looked for again: it is there all the time.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const opened = tryToOpen(root, name, symlinks, known)
      if (opened !== 'swapped') return opened
    }
    return null
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

const ATTEMPTS = 20

function tryToOpen(
  root: string,
  name: string,
  symlinks: Symlinks,
  known?: BigIntStats,
): Opened | 'directory' | 'swapped' | null {
  const path = pathOf(root, name)
  const seen = nodeFs().statSync(path, { bigint: true })
  if (seen.isDirectory()) {
    const place = placeOf(root, name, symlinks, seen)
    return place === 'inside' ? 'directory' : place === 'swapped' ? 'swapped' : null
  }
  if (!seen.isFile()) return null
  const open = OpenFile.open(path, seen)
  if (open === null) return 'swapped'
  try {
    const place = known !== undefined && isSameVersion(known, seen) ? 'inside' : placeOf(root, name, symlinks, seen)
    if (place === 'inside') return { open, stats: seen }
    open.close()
    return place === 'swapped' ? 'swapped' : null
  } catch (error) {
    open.close()
    throw error
  }
}

/** Where a name is, in the platform's spelling. The name is safe: no segment of it leads up or elsewhere. */
export function pathOf(root: string, name: string): string {
  return name === '' ? root : `${root}/${name}` // Windows takes both slashes
}

/** Where the file is that was opened by this name, or that there is another by now. */
export function placeOf(
  root: string,
  name: string,
  symlinks: Symlinks,
  stats: BigIntStats,
): 'inside' | 'outside' | 'swapped' {
  if (symlinks === 'follow') return 'inside'
  const { realpathSync, lstatSync } = nodeFs()
  const realRoot = realpathSync.native(root)
  const real = realpathSync.native(pathOf(root, name))
  const below = belowRoot(realRoot, real)
  if (below === null || (symlinks === 'never' && !isSameName(below, name)) || isOtherCase(below, name)) return 'outside'
  const found = lstatSync(real, { bigint: true }) // not stat: a link that was put here now is another file
  return found.ino === stats.ino && found.dev === stats.dev ? 'inside' : 'swapped'
}

/** The name of a real path below a real root, with `/` between segments; `null` outside: `/www/private` is not in `/www/p`. */
export function belowRoot(realRoot: string, real: string): string | null {
  const from = withSlashes(realRoot)
  const to = withSlashes(real)
  if (from === to) return ''
  const border = from.endsWith('/') ? from : `${from}/`
  return to.startsWith(border) ? to.slice(border.length) : null
}

function withSlashes(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path
}

/** Some file systems keep names in another Unicode form than they were given. */
function isSameName(below: string, name: string): boolean {
  return below.normalize() === name.normalize()
}

/** Where the file system ignores case, `/ADMIN/x` must not find what a guard in front protects as `/admin/x`. */
function isOtherCase(below: string, name: string): boolean {
  return !isSameName(below, name) && below.normalize().toLowerCase() === name.normalize().toLowerCase()
}
