import type { Coding } from './coding.ts'

/**
 * The most bytes that are coded at once, and not in another thread, at a level: about as many as take a millisecond and a half, which
 * is how long other requests may wait. Below that a thread is no gain: the way there and back costs CPU, and the client waits as long.
 */
export function atOnce(coding: Coding, level: number): number {
  return Math.floor((LIMIT * 1e6) / NANOSECONDS[coding][level]!)
}

/** Milliseconds. */
const LIMIT = 1.5

/** What a byte of JSON, program text or prose takes, by level from 0, as measured for docs/decisions/0008. */
const DEFLATE = [0, 5, 5, 7, 8, 10, 13, 15, 30, 35]
const NANOSECONDS: Readonly<Record<Coding, readonly number[]>> = {
  gzip: DEFLATE,
  deflate: DEFLATE,
  // From 9 on it takes milliseconds to begin with.
  br: [2, 3, 6, 8, 10, 16, 18, 25, 35, Infinity, Infinity, Infinity],
  zstd: [3, 3, 3, 3, 4, 8, 10, 12, 13, 15, 17, 35, 45, 60, 80, 120, 170, 220, 250, 300, 350, 400, 450],
}
