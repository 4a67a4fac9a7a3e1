import { expect, test } from 'vitest'
import { atOnce } from './at-once.ts'
import { nodeCodecs } from './codec-node.ts'
import { CODINGS } from './coding.ts'
import { DEFAULT_LEVELS, LEVEL_RANGES } from './levels.ts'
import type { Coding } from './coding.ts'

const KB = 1024

test.each(CODINGS)('%s of 100 KiB at the default level is done at once, of 1 MiB never', (coding) => {
  expect(atOnce(coding, DEFAULT_LEVELS[coding])).toBeGreaterThan(100 * KB)
  expect(atOnce(coding, DEFAULT_LEVELS[coding])).toBeLessThan(1024 * KB)
})

test.each<[Coding, number, at: number, inThread: number]>([
  ['gzip', 9, 32 * KB, 64 * KB],
  ['deflate', 9, 32 * KB, 64 * KB],
  ['br', 6, 64 * KB, 100 * KB],
  ['br', 9, 0, 1],
  ['br', 11, 0, 1],
  ['zstd', 9, 64 * KB, 150 * KB],
  ['zstd', 19, 4 * KB, 8 * KB],
])('%s at level %i: %i bytes are coded at once, %i in a thread', (coding, level, at, inThread) => {
  expect(atOnce(coding, level)).toBeGreaterThanOrEqual(at)
  expect(atOnce(coding, level)).toBeLessThan(inThread)
})

test.each(CODINGS)('%s has a limit for each level, and no higher one for more effort', (coding) => {
  const [least, most] = LEVEL_RANGES[coding]
  const limits = Array.from({ length: most - least + 1 }, (_, i) => atOnce(coding, least + i))
  expect(limits.every((limit) => Number.isSafeInteger(limit) && limit >= 0)).toBe(true)
  expect(limits).toEqual(limits.toSorted((a, b) => b - a))
})

test('what is below the limit is there without waiting, what is above is not, and both are coded', async () => {
  const codec = nodeCodecs(['gzip'])!.get('gzip')!
  for (const level of [1, 6, 9]) {
    const limit = atOnce('gzip', level)
    const below = codec.encode(new Uint8Array(limit), level)
    const above = codec.encode(new Uint8Array(limit + 1), level)
    expect(below).toBeInstanceOf(Uint8Array)
    expect(above).toBeInstanceOf(Promise)
    expect(await above).toBeInstanceOf(Uint8Array)
  }
  expect(codec.encode('é'.repeat(atOnce('gzip', 6) / 2 + 1), 6)).toBeInstanceOf(Promise) // it is bytes that count
})
