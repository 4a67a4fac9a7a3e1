import type { BigIntStats } from 'node:fs'

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
