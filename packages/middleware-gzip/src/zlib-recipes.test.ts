import { deflateSync, gzipSync, inflateSync } from 'node:zlib'
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
      expect(Buffer.compare(inflateSync(deflated), bytes)).toBe(0)
      // but for the first two bytes, which say how large the window is (RFC 1950 §2.2)
      expect(Buffer.compare(deflated.subarray(2), deflateSync(bytes, { level }).subarray(2))).toBe(0)
    }
  },
)

test('small content takes a small window', () => {
  const [size, level] = [1000, 6]
  const { gzip, deflate } = recipes()!
  expect(gzip!.options(level, size)).toEqual({ level, windowBits: 11 })
  const [first] = deflate!.now(new Uint8Array(size), deflate!.options(level, size))
  expect((first! >> 4) + 8).toBe(11)
})
