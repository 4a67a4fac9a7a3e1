import { expect, test } from 'vitest'
import { gunzipSync } from 'node:zlib'
import { lentBytes, takeBack } from './lent-bytes.ts'
import { nodeCodecs } from './codec-node.ts'

const MIB = 1024 * 1024

test.each(['', 'plain', 'wörld €, 👋, \ud800 alone', '€'.repeat(200_000), 'ü'.repeat(2 * MIB), 'a'.repeat(5 * MIB)])(
  'they are the UTF-8 of the text, also in memory that was used for another (%#)',
  (text) => {
    for (let i = 0; i < 3; i++) {
      const bytes = lentBytes(text)
      expect(Buffer.compare(bytes, new TextEncoder().encode(text))).toBe(0)
      bytes.fill(0xff)
      takeBack(bytes)
    }
  },
)

test.each([10, MIB])('of %i characters have memory of their own until they are given back', (size) => {
  const first = lentBytes('a'.repeat(size))
  const second = lentBytes('b'.repeat(size))
  expect(second.buffer).not.toBe(first.buffer)
  expect([first[size - 1], second[size - 1]].map((code) => String.fromCharCode(code!))).toEqual(['a', 'b'])
  takeBack(first)
  const third = lentBytes('c'.repeat(size))
  expect(third.buffer).toBe(first.buffer)
  expect(second[0]).toBe('b'.charCodeAt(0))
  takeBack(second)
  takeBack(third)
})

test('memory that is too small for a text is not taken for it', () => {
  takeBack(lentBytes('a'.repeat(MIB / 4)))
  const bytes = lentBytes('b'.repeat(MIB))
  expect(bytes.byteLength).toBe(MIB)
  takeBack(bytes)
})

test('texts that are coded in threads at the same time do not get into each other', async () => {
  const codec = nodeCodecs(['gzip'])!.get('gzip')!
  const texts = Array.from({ length: 40 }, (_, i) => `${i} `.repeat(i % 2 === 0 ? 100_000 : 20_000 + i))
  const coded = await Promise.all(texts.map(async (text) => codec.encode(text, 6)))
  for (const [i, bytes] of coded.entries()) expect(gunzipSync(bytes!).toString()).toBe(texts[i])
})
