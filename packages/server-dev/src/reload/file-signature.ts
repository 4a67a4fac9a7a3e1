import { statSync } from 'node:fs'

/** What changes when a file is written, replaced, created or removed. */
export function fileSignature(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined ? 'missing' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`
}

const CLOCK = 10 // ms by which a file system's coarse clock may be behind

/** Whether a file has been written, replaced, created or removed since a time in milliseconds; rather once too often. */
export function changedSince(file: string, time: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined || Math.max(stats.mtimeMs, stats.ctimeMs) > time - CLOCK
}
