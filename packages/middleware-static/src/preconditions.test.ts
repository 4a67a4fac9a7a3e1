import { describe, expect, test } from 'vitest'
import { evaluatePreconditions, ifRangeHolds } from './preconditions.ts'

const STRONG = '"abc"'
const WEAK = 'W/"abc"'
const LM = Date.UTC(2026, 2, 1, 12, 0, 0) / 1000
const AT = 'Sun, 01 Mar 2026 12:00:00 GMT'
const BEFORE = 'Sun, 01 Mar 2026 11:59:59 GMT'
const AFTER = 'Sun, 01 Mar 2026 12:00:01 GMT'

type Row = [title: string, etag: string, fields: Record<string, string>, expected: 200 | 304 | 412]

const rows: Row[] = [
  ['no condition', STRONG, {}, 200],

  // RFC 9110 §13.1.1
  ['If-Match: the tag', STRONG, { 'if-match': '"abc"' }, 200],
  ['If-Match: another tag', STRONG, { 'if-match': '"xyz"' }, 412],
  ['If-Match: *', STRONG, { 'if-match': '*' }, 200],
  ['If-Match: * with a weak tag', WEAK, { 'if-match': '*' }, 200],
  ['If-Match compares strongly: weak in the field', STRONG, { 'if-match': 'W/"abc"' }, 412],
  ['If-Match compares strongly: weak on the file', WEAK, { 'if-match': '"abc"' }, 412],
  ['If-Match compares strongly: weak on both', WEAK, { 'if-match': 'W/"abc"' }, 412],
  ['If-Match: in a list', STRONG, { 'if-match': '"x", "abc" , "y"' }, 200],
  ['If-Match: in a list without spaces', STRONG, { 'if-match': '"x","abc"' }, 200],
  ['If-Match: not in a list', STRONG, { 'if-match': '"x", "y"' }, 412],
  ['If-Match: a comma inside a tag is part of it', '"a,b"', { 'if-match': '"a,b"' }, 200],
  ['If-Match: a tag inside a tag is none', STRONG, { 'if-match': '"x,abc,y"' }, 412],
  ['If-Match: empty members of a list', STRONG, { 'if-match': ',, "abc" ,' }, 200],
  ['If-Match: without quotes', STRONG, { 'if-match': 'abc' }, 412],
  ['If-Match: nonsense', STRONG, { 'if-match': '"abc' }, 412],
  ['If-Match: the empty tag is a tag', '""', { 'if-match': '""' }, 200],
  ['If-Match: lower-case w/ is no weak tag', STRONG, { 'if-match': 'w/"abc"' }, 412],

  // RFC 9110 §13.1.4
  ['If-Unmodified-Since: the same second', STRONG, { 'if-unmodified-since': AT }, 200],
  ['If-Unmodified-Since: later', STRONG, { 'if-unmodified-since': AFTER }, 200],
  ['If-Unmodified-Since: earlier', STRONG, { 'if-unmodified-since': BEFORE }, 412],
  ['If-Unmodified-Since: not a date', STRONG, { 'if-unmodified-since': 'yesterday' }, 200],
  ['If-Unmodified-Since: two dates', STRONG, { 'if-unmodified-since': `${BEFORE}, ${BEFORE}` }, 200],
  [
    'If-Unmodified-Since is ignored beside If-Match',
    STRONG,
    { 'if-match': '"abc"', 'if-unmodified-since': BEFORE },
    200,
  ],
  [
    'If-Match refuses whatever If-Unmodified-Since says',
    STRONG,
    { 'if-match': '"x"', 'if-unmodified-since': AFTER },
    412,
  ],

  // RFC 9110 §13.1.2
  ['If-None-Match: the tag', STRONG, { 'if-none-match': '"abc"' }, 304],
  ['If-None-Match: another tag', STRONG, { 'if-none-match': '"xyz"' }, 200],
  ['If-None-Match: *', STRONG, { 'if-none-match': '*' }, 304],
  ['If-None-Match compares weakly: weak in the field', STRONG, { 'if-none-match': 'W/"abc"' }, 304],
  ['If-None-Match compares weakly: weak on the file', WEAK, { 'if-none-match': '"abc"' }, 304],
  ['If-None-Match compares weakly: weak on both', WEAK, { 'if-none-match': 'W/"abc"' }, 304],
  ['If-None-Match: in a list', STRONG, { 'if-none-match': '"x", W/"abc"' }, 304],
  ['If-None-Match: a comma inside a tag', '"a,b"', { 'if-none-match': '"x", "a,b"' }, 304],
  ['If-None-Match: the tag is part of another', STRONG, { 'if-none-match': '"abcd"' }, 200],
  ['If-None-Match: case matters', STRONG, { 'if-none-match': '"ABC"' }, 200],
  ['If-None-Match: without quotes', STRONG, { 'if-none-match': 'abc' }, 200],
  ['If-None-Match: quoted star is a tag', STRONG, { 'if-none-match': '"*"' }, 200],
  ['If-None-Match: star in a list is nonsense', STRONG, { 'if-none-match': '"x", *' }, 200],
  ['If-None-Match: a good tag after nonsense', STRONG, { 'if-none-match': 'x "abc"' }, 200],
  ['If-None-Match: two tags without a comma', STRONG, { 'if-none-match': '"x" "abc"' }, 200],

  // RFC 9110 §13.1.3
  ['If-Modified-Since: the same second', STRONG, { 'if-modified-since': AT }, 304],
  ['If-Modified-Since: later', STRONG, { 'if-modified-since': AFTER }, 304],
  ['If-Modified-Since: earlier', STRONG, { 'if-modified-since': BEFORE }, 200],
  ['If-Modified-Since: in the form of RFC 850', STRONG, { 'if-modified-since': 'Sunday, 01-Mar-26 12:00:00 GMT' }, 304],
  ['If-Modified-Since: in the form of asctime', STRONG, { 'if-modified-since': 'Sun Mar  1 12:00:00 2026' }, 304],
  ['If-Modified-Since: ISO 8601 is no HTTP-date', STRONG, { 'if-modified-since': '2026-03-01T12:00:00Z' }, 200],
  ['If-Modified-Since: a number is no HTTP-date', STRONG, { 'if-modified-since': '9999999999' }, 200],
  [
    'If-Modified-Since: another zone is no HTTP-date',
    STRONG,
    { 'if-modified-since': 'Sun, 01 Mar 2026 12:00:00 UTC' },
    200,
  ],
  [
    'If-Modified-Since: a day that does not exist',
    STRONG,
    { 'if-modified-since': 'Mon, 31 Feb 2028 12:00:00 GMT' },
    200,
  ],
  [
    'If-None-Match decides: it fails, the date holds',
    STRONG,
    { 'if-none-match': '"x"', 'if-modified-since': AFTER },
    200,
  ],
  [
    'If-None-Match decides: it holds, the date fails',
    STRONG,
    { 'if-none-match': '"abc"', 'if-modified-since': BEFORE },
    304,
  ],
  ['If-None-Match decides even as nonsense', STRONG, { 'if-none-match': 'abc', 'if-modified-since': AFTER }, 200],

  // RFC 9110 §13.2.2
  ['If-Match holds, then If-None-Match', STRONG, { 'if-match': '"abc"', 'if-none-match': '"abc"' }, 304],
  ['If-Match fails before If-None-Match', STRONG, { 'if-match': '"x"', 'if-none-match': '"abc"' }, 412],
  [
    'If-Unmodified-Since fails before If-None-Match',
    STRONG,
    { 'if-unmodified-since': BEFORE, 'if-none-match': '"abc"' },
    412,
  ],
  ['both dates hold', STRONG, { 'if-unmodified-since': AT, 'if-modified-since': AT }, 304],
  [
    'all four hold',
    STRONG,
    { 'if-match': '*', 'if-unmodified-since': AT, 'if-none-match': '"x"', 'if-modified-since': AT },
    200,
  ],
]

describe('conditions of a GET or HEAD (RFC 9110 §13)', () => {
  test.each(rows)('%s', (_title, etag, fields, expected) => {
    expect(evaluatePreconditions(new Headers(fields), { etag, lastModified: LM })).toBe(expected)
  })

  test('dates are ignored where the date of the file is not known', () => {
    for (const name of ['if-modified-since', 'if-unmodified-since']) {
      expect(evaluatePreconditions(new Headers({ [name]: BEFORE }), { etag: STRONG, lastModified: null })).toBe(200)
    }
  })

  test('a list of 100,000 tags is read in linear time', () => {
    const list = `${'"x",'.repeat(100_000)}"abc`
    const started = performance.now()
    expect(evaluatePreconditions(new Headers({ 'if-none-match': list }), { etag: STRONG, lastModified: LM })).toBe(200)
    expect(
      evaluatePreconditions(new Headers({ 'if-none-match': ', '.repeat(200_000) }), { etag: STRONG, lastModified: LM }),
    ).toBe(200)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('If-Range (RFC 9110 §13.1.5)', () => {
  test.each<[title: string, etag: string, field: string, expected: boolean]>([
    ['the strong tag', STRONG, '"abc"', true],
    ['another tag', STRONG, '"x"', false],
    ['the tag, weak in the field', STRONG, 'W/"abc"', false],
    ['the tag, weak on both', WEAK, 'W/"abc"', false],
    ['a list is not allowed', STRONG, '"x", "abc"', false],
    ['star is not allowed', STRONG, '*', false],
    ['the exact date', STRONG, AT, true],
    ['an earlier date', STRONG, BEFORE, false],
    ['a later date', STRONG, AFTER, false],
    ['nonsense', STRONG, 'abc', false],
  ])('%s', (_title, etag, field, expected) => {
    expect(ifRangeHolds(new Headers({ 'if-range': field }), { etag, lastModified: LM })).toBe(expected)
  })

  test('holds where it is absent', () => {
    expect(ifRangeHolds(new Headers(), { etag: WEAK, lastModified: null })).toBe(true)
  })
})
