import type { BigIntStats } from 'node:fs'

/**
 * Whether a later change is sure to show in the times: file systems round them, the coarsest (FAT) to two seconds. A file that
 * changed just before it was read is not kept, as the next change might leave the same times. The time of the last change
 * of status (ctime) nobody can set; the other one may be far in the future.
 */
export function isSettled(stats: BigIntStats, lookedAt: number): boolean {
  const now = BigInt(lookedAt) * 1_000_000n
  const age = now - stats.mtimeNs
  return now - stats.ctimeNs > COARSEST && (age > COARSEST || age < -COARSEST)
}

const COARSEST = 2_000_000_000n
