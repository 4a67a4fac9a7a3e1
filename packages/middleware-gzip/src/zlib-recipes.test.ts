import { deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { recipes } from './zlib-recipes.ts'

/** Numbers as text: what repeats does so from afar. */
const text = Array.from({ length: 20_000 }, (_, i) => `${(i * 7919) % 10_007}`).join(' ')
const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9]

test.each([0, 1, 249, 250, 251, 762, 763, 1786, 1787, 3834, 3835, 7930, 7931, 16_122, 16_123, 32_506, 32_507, 90_000])(
  '%i bytes are coded to what they are with the largest window',
  (size) => {
    const bytes = new TextEncoder().encode(text.slice(0, size))
    expect(bytes.byteLength).toBe(size)
    const { gzip, deflate } = recipes()!
    for (const level of LEVELS) {
      const gzipped = gzip!.now(bytes, gzip!.options(level, size))
      expect(Buffer.compare(gzipped, gzipSync(bytes, { level }))).toBe(0)
      const deflated = deflate!.now(bytes, deflate!.options(level, size))
      expect(Buffer.compare(deflated, deflateSync(bytes, { level }))).toBe(0)
    }
  },
)

test('small content takes a small window', () => {
  const { gzip } = recipes()!
  expect(gzip!.options(6, 1000)).toEqual({ level: 6, windowBits: 11 })
})
