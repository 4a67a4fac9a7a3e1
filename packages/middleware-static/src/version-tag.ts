import { contentTag } from './content-tag.ts'
import type { BigIntStats } from 'node:fs'

/**
 * A weak entity tag of a file that is too large to be hashed: from its size, time and inode, which catches a replacement
 * that kept size and time. The inode itself is nobody's business, so the three are hashed.
 */
export async function versionTag({ size, mtimeNs, ino }: BigIntStats): Promise<string> {
  return `W/${await contentTag(new TextEncoder().encode(`${size} ${mtimeNs} ${ino}`))}`
}

/** In milliseconds since 1970. */
export function modifiedOf({ mtimeNs }: BigIntStats): number {
  return Number(mtimeNs / 1_000_000n)
}
