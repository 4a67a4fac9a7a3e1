import { isNotFound, nodeFs } from './node-fs.ts'
import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

/** `inside`: a link may point anywhere below the root. `follow`: anywhere at all. `deny`: nowhere. */
export type Symlinks = 'inside' | 'follow' | 'deny'

export interface Opened {
  readonly handle: FileHandle
  readonly stats: BigIntStats
}

/**
 * Opens a regular file below the root. What is checked is the descriptor that will be served: it is opened first, then
 * asked what it is, then the real path of its name must lie below the root's and lead to that same file. A swap in
 * between is seen, a device is never opened on purpose, and a pipe never blocks (`O_NONBLOCK`).
 *
 * `known` is an earlier answer for this name: the same version of the same file need not be looked for again.
 */
export async function openInside(
  root: string,
  name: string,
  symlinks: Symlinks,
  known?: BigIntStats,
): Promise<Opened | 'directory' | null> {
  try {
    // A file that was replaced meanwhile, as every deployment does, is looked for again: it is there all the time.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const opened = await tryToOpen(root, name, symlinks, known)
      if (opened !== 'swapped') return opened
    }
    return null
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

const ATTEMPTS = 20

async function tryToOpen(
  root: string,
  name: string,
  symlinks: Symlinks,
  known?: BigIntStats,
): Promise<Opened | 'directory' | 'swapped' | null> {
  const { promises, constants } = nodeFs()
  const path = pathOf(root, name)
  const seen = await promises.stat(path, { bigint: true })
  if (seen.isDirectory()) {
    const place = await placeOf(root, name, symlinks, seen)
    return place === 'inside' ? 'directory' : place === 'swapped' ? 'swapped' : null
  }
  if (!seen.isFile()) return null
  const handle = await promises.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await handle.stat({ bigint: true })
    const same = known !== undefined && isSameVersion(known, stats)
    const place = !stats.isFile() ? 'swapped' : same ? 'inside' : await placeOf(root, name, symlinks, stats)
    if (place === 'inside') return { handle, stats }
    await handle.close()
    return place === 'swapped' ? 'swapped' : null
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Where a name is, in the platform's spelling. The name is safe: no segment of it leads up or elsewhere. */
export function pathOf(root: string, name: string): string {
  return name === '' ? root : `${root}/${name}` // Windows takes both slashes
}

/** Whether nothing was written to the file, and no other put in its place, between the two looks at it. */
export function isSameVersion(one: BigIntStats, other: BigIntStats): boolean {
  return (
    one.ino === other.ino &&
    one.dev === other.dev &&
    one.size === other.size &&
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs
  )
}

/** Where the file is that was opened by this name, or that there is another by now. */
async function placeOf(
  root: string,
  name: string,
  symlinks: Symlinks,
  stats: BigIntStats,
): Promise<'inside' | 'outside' | 'swapped'> {
  if (symlinks === 'follow') return 'inside'
  const { promises } = nodeFs()
  const [realRoot, real] = await Promise.all([promises.realpath(root), promises.realpath(pathOf(root, name))])
  const below = belowRoot(realRoot, real)
  if (below === null || (symlinks === 'deny' && !isSameName(below, name)) || isOtherCase(below, name)) return 'outside'
  const found = await promises.lstat(real, { bigint: true }) // not stat: a link that was put here now is another file
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
