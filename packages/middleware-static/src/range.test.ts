import { describe, expect, test } from 'vitest'
import { parseRange } from './range.ts'

const r = (...pairs: [start: number, last: number][]): { start: number; end: number }[] =>
  pairs.map(([start, last]) => ({ start, end: last + 1 }))
const IGNORED = null
const UNSATISFIABLE: never[] = []

describe('a Range field against a file of 100 bytes (RFC 9110 §14.1.2, §14.2)', () => {
  test.each<[field: string, expected: ReturnType<typeof parseRange>]>([
    ['bytes=0-0', r([0, 0])],
    ['bytes=0-99', r([0, 99])],
    ['bytes=0-', r([0, 99])],
    ['bytes=10-19', r([10, 19])],
    ['bytes=99-99', r([99, 99])],
    ['bytes=50-', r([50, 99])],
    ['bytes=50-1000', r([50, 99])],
    ['bytes=50-99999999999999999999999999', r([50, 99])],
    ['bytes=0050-0059', r([50, 59])],
    ['bytes=-1', r([99, 99])],
    ['bytes=-100', r([0, 99])],
    ['bytes=-101', r([0, 99])],
    ['bytes=-99999999999999999999999999', r([0, 99])],
    ['BYTES=0-1', r([0, 1])],
    ['bytes= 0-1', r([0, 1])],
    ['bytes=0-1 ', r([0, 1])],
    ['bytes=,0-1,', r([0, 1])],

    ['bytes=100-', UNSATISFIABLE],
    ['bytes=100-200', UNSATISFIABLE],
    ['bytes=99999999999999999999999999-', UNSATISFIABLE],
    ['bytes=-0', UNSATISFIABLE],
    ['bytes=100-,200-,-0', UNSATISFIABLE],

    ['', IGNORED],
    ['bytes', IGNORED],
    ['bytes=', IGNORED],
    ['bytes=,', IGNORED],
    ['bytes=-', IGNORED],
    ['bytes=--1', IGNORED],
    ['bytes=a-b', IGNORED],
    ['bytes=5', IGNORED],
    ['bytes=1-0', IGNORED],
    ['bytes=5-2,0-1', IGNORED],
    ['bytes=0-1,x', IGNORED],
    ['bytes=0-1;2-3', IGNORED],
    ['bytes=0 -1', IGNORED],
    ['bytes=0- 1', IGNORED],
    ['bytes =0-1', IGNORED],
    ['bytes:0-1', IGNORED],
    ['bytes=+1-2', IGNORED],
    ['bytes=0x1-0x2', IGNORED],
    ['bytes=1.5-2', IGNORED],
    ['bytes=1e1-2e1', IGNORED],
    ['bytes=١-٢', IGNORED],
    ['bytes=0-1, bytes=2-3', IGNORED],
    ['0-4', IGNORED],
    ['items=0-4', IGNORED],
    ['bytesx=0-4', IGNORED],
    ['none', IGNORED],

    ['bytes=0-1,10-11', r([0, 1], [10, 11])],
    ['bytes=10-11,0-1', r([10, 11], [0, 1])],
    ['bytes=0-1, 10-11, -5', r([0, 1], [10, 11], [95, 99])],
    ['bytes=0-1,200-', r([0, 1])],
    ['bytes=0-9,5-19', r([0, 19])],
    ['bytes=0-9,10-19', r([0, 19])],
    ['bytes=0-,0-,0-,0-', r([0, 99])],
    ['bytes=20-29,0-9,5-14', r([0, 14], [20, 29])],
    ['bytes=0-99,10-20', r([0, 99])],
  ])('%s', (field, expected) => {
    expect(parseRange(field, 100)).toEqual(expected)
  })

  test.each(['bytes=0-', 'bytes=0-0', 'bytes=-5', 'bytes=5-', 'bytes=0-,-5'])(
    '%s is ignored for an empty file',
    (field) => {
      expect(parseRange(field, 0)).toBeNull()
    },
  )

  test('more than 100 ranges are ignored, and read in linear time', () => {
    const apart = (count: number): string =>
      `bytes=${Array.from({ length: count }, (_, i) => `${i * 10}-${i * 10}`).join()}`
    expect(parseRange(apart(100), 10_000)).toHaveLength(100)
    expect(parseRange(apart(101), 10_000)).toBeNull()
    const started = performance.now()
    expect(parseRange(`bytes=${'0-,'.repeat(300_000)}`, 100)).toBeNull()
    expect(parseRange(`bytes=${' '.repeat(300_000)}x`, 100)).toBeNull()
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('whatever is asked for, the parts lie within the file, do not overlap and have bytes', () => {
    let seed = 42
    const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
    const number = (): string => (random(4) === 0 ? '' : String(random(130)))
    for (let i = 0; i < 20_000; i++) {
      const size = 1 + random(120)
      const field = `bytes=${Array.from({ length: 1 + random(5) }, () => `${number()}-${number()}`).join()}`
      const ranges = parseRange(field, size) ?? []
      const sorted = ranges.toSorted((a, b) => a.start - b.start)
      for (const [index, { start, end }] of sorted.entries()) {
        expect(start < end && start >= (sorted[index - 1]?.end ?? 0) && end <= size, `${field} of ${size}`).toBe(true)
      }
    }
  })
})
