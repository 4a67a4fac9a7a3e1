/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

const RANGE_SET = /^bytes=(.*)$/is
const INT_RANGE = /^(\d+)-(\d*)$/
const SUFFIX_RANGE = /^-(\d+)$/
const MAX_RANGES = 100

/**
 * The ranges of a Range field that can be satisfied, as they were asked for, or merged if any of them touch; an empty list
 * if none can (416); `null` where the field is to be ignored (RFC 9110 §14.2): an unknown unit, bad syntax, more than 100
 * ranges, an empty file (no Content-Range can express its content).
 */
export function parseRange(field: string, size: number): ByteRange[] | null {
  const set = RANGE_SET.exec(field)?.[1]
  if (set === undefined || size === 0) return null
  const ranges: ByteRange[] = []
  let specs = 0
  const members = set.split(',', MAX_RANGES + 1)
  if (members.length > MAX_RANGES) return null
  for (const member of members) {
    const spec = member.trim()
    if (spec === '') continue // empty members of a list mean nothing (RFC 9110 §5.6.1.2)
    const range = parseSpec(spec, size)
    if (range === null) return null
    if (range.start < range.end) ranges.push(range)
    specs++
  }
  return specs === 0 ? null : merged(ranges)
}

/** One int-range or suffix-range (RFC 9110 §14.1.2), cut at the end of the file: empty if it lies beyond; `null` if it is neither. */
function parseSpec(spec: string, size: number): ByteRange | null {
  const suffix = SUFFIX_RANGE.exec(spec)
  if (suffix !== null) return { start: Math.max(0, size - Number(suffix[1])), end: size }
  const int = INT_RANGE.exec(spec)
  if (int === null) return null
  const first = Number(int[1])
  const last = int[2] === '' ? Infinity : Number(int[2])
  if (last < first) return null
  return { start: Math.min(first, size), end: Math.min(last + 1, size) }
}

/** Overlapping and adjacent ranges made one (RFC 9110 §15.3.7.2): no byte is ever sent twice. */
function merged(ranges: ByteRange[]): ByteRange[] {
  const sorted = ranges.toSorted((a, b) => a.start - b.start)
  const out: ByteRange[] = []
  for (const range of sorted) {
    const last = out.at(-1)
    if (last === undefined || range.start > last.end) out.push(range)
    else if (range.end > last.end) out[out.length - 1] = { start: last.start, end: range.end }
  }
  return out.length === ranges.length ? ranges : out
}
