import { isNotFound, nodeFs } from './node-fs.ts'
import { pathOf, placeOf } from './open-inside.ts'
import { modifiedOf } from './version-tag.ts'
import type { BigIntStats, Dirent } from 'node:fs'
import type { Entry } from './backend.ts'
import type { Symlinks } from './open-inside.ts'

/** More than anybody reads, and as much as one page should ask of a disk. */
const MOST = 10_000

/**
 * What is in a directory below the root and would be found there, links by the same rules as anywhere: at most 10,000
 * entries. `null` where it is no directory, or became another one meanwhile.
 */
export async function listDirectory(root: string, name: string, symlinks: Symlinks): Promise<readonly Entry[] | null> {
  const { promises } = nodeFs()
  const path = pathOf(root, name)
  try {
    const before = await promises.stat(path, { bigint: true })
    if (!before.isDirectory() || placeOf(root, name, symlinks, before) !== 'inside') return null
    const entries: Entry[] = []
    for (const dirents of slices(await firstOf(path))) {
      const found = await Promise.all(dirents.map((dirent) => entryOf(root, name, dirent, symlinks)))
      entries.push(...found.filter((entry) => entry !== null))
    }
    const after = await promises.stat(path, { bigint: true })
    const same = after.ino === before.ino && after.dev === before.dev
    return same && placeOf(root, name, symlinks, after) === 'inside' ? entries : null
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

async function firstOf(path: string): Promise<Dirent[]> {
  const dirents: Dirent[] = []
  for await (const dirent of await nodeFs().promises.opendir(path)) {
    if (dirents.push(dirent) === MOST) break // which closes the directory
  }
  return dirents
}

/** So many at a time as there are threads to ask. */
function* slices(dirents: Dirent[]): Generator<Dirent[]> {
  for (let start = 0; start < dirents.length; start += 16) yield dirents.slice(start, start + 16)
}

async function entryOf(root: string, directory: string, dirent: Dirent, symlinks: Symlinks): Promise<Entry | null> {
  const { promises } = nodeFs()
  const name = directory === '' ? dirent.name : `${directory}/${dirent.name}`
  const path = pathOf(root, name)
  try {
    if (!dirent.isSymbolicLink()) return described(dirent.name, await promises.lstat(path, { bigint: true }))
    const stats = await promises.stat(path, { bigint: true })
    const place = placeOf(root, name, symlinks, stats)
    return place === 'inside' ? described(dirent.name, stats) : null
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

function described(name: string, stats: BigIntStats): Entry | null {
  const directory = stats.isDirectory()
  if (!directory && !stats.isFile()) return null
  return { name, directory, size: directory ? null : Number(stats.size), modified: modifiedOf(stats) }
}
