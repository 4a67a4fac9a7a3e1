import { describe, expect, test } from 'vitest'
import { negotiate, negotiator } from './negotiate.ts'
import type { Choice } from './negotiate.ts'
import type { Coding } from './coding.ts'

const ALL: readonly Coding[] = ['br', 'zstd', 'gzip', 'deflate']
const TWO: readonly Coding[] = ['br', 'gzip']
const ONE: readonly Coding[] = ['gzip']

/** field, offered, answer */
const TABLE: readonly (readonly [string | null, readonly Coding[], Choice])[] = [
  // the field is absent or says nothing
  [null, ALL, 'identity'],
  ['', ALL, 'identity'],
  [' ', ALL, 'identity'],
  [',', ALL, 'identity'],
  [' , ,', ALL, 'identity'],
  [';q=1', ALL, 'identity'],
  // one coding
  ['gzip', ALL, 'gzip'],
  ['br', ALL, 'br'],
  ['zstd', ALL, 'zstd'],
  ['deflate', ALL, 'deflate'],
  ['br', ONE, 'identity'],
  ['zstd', TWO, 'identity'],
  // what browsers and tools send
  ['gzip, deflate, br, zstd', ALL, 'br'],
  ['gzip, deflate, br, zstd', TWO, 'br'],
  ['gzip, deflate, br', ONE, 'gzip'],
  ['gzip, deflate', ALL, 'gzip'],
  ['gzip,deflate,compress', ALL, 'gzip'],
  ['br;q=1.0, gzip;q=0.8, *;q=0.1', ALL, 'br'],
  ['br;q=1.0, gzip;q=0.8, *;q=0.1', ONE, 'gzip'],
  // the server's order counts among equals, the client's order never
  ['gzip, br', ALL, 'br'],
  ['br, gzip', ALL, 'br'],
  ['br, gzip', ['gzip', 'br'], 'gzip'],
  ['deflate, zstd', ['deflate', 'zstd'], 'deflate'],
  ['gzip;q=0.5, br;q=0.5', TWO, 'br'],
  // the client's weights come first
  ['br;q=0.5, gzip', ALL, 'gzip'],
  ['br;q=0.5, gzip;q=0.6', ALL, 'gzip'],
  ['br;q=0.500, gzip;q=0.501', ALL, 'gzip'],
  ['br;q=0.123, gzip;q=0.122', ALL, 'br'],
  ['br;q=0.05', ALL, 'br'],
  ['br;q=0.001', ALL, 'br'],
  ['gzip;q=1.000, br;q=0.999', ALL, 'gzip'],
  ['gzip;q=1., br;q=0.9', ALL, 'gzip'],
  ['gzip;q=0.', ALL, 'identity'],
  // a weight of zero refuses
  ['gzip;q=0', ALL, 'identity'],
  ['gzip;q=0.0', ALL, 'identity'],
  ['gzip;q=0.000', ALL, 'identity'],
  ['gzip;q=0, br', ALL, 'br'],
  ['br;q=0, gzip', ALL, 'gzip'],
  ['gzip;q=0, br;q=0, zstd;q=0, deflate;q=0', ALL, 'identity'],
  // the asterisk stands for what is not named
  ['*', ALL, 'br'],
  ['*', ONE, 'gzip'],
  ['*;q=0.1', ALL, 'br'],
  ['*;q=0', ALL, 'none'],
  ['gzip, *;q=0', ALL, 'gzip'],
  ['gzip, *;q=0', ['br'], 'none'],
  ['*;q=0, gzip', ALL, 'gzip'],
  ['gzip;q=0, *', ALL, 'br'],
  ['gzip;q=0, *', ONE, 'identity'],
  ['*, gzip;q=0', ONE, 'identity'],
  ['br;q=0, *', ALL, 'zstd'],
  ['br;q=0, *;q=0.5', TWO, 'gzip'],
  ['gzip;q=0.5, *', ALL, 'br'],
  ['br;q=0.5, *;q=0.2', ALL, 'br'],
  // identity
  ['identity', ALL, 'identity'],
  ['identity, gzip', ALL, 'gzip'],
  ['identity;q=1, gzip;q=0.5', ALL, 'identity'],
  ['identity;q=0.5, gzip;q=0.5', ALL, 'gzip'],
  ['identity;q=0.5, gzip;q=0.4', ALL, 'identity'],
  ['identity, gzip;q=0.5', ALL, 'identity'],
  ['identity;q=1, *;q=0', ALL, 'identity'],
  ['identity;q=0', ALL, 'none'],
  ['identity;q=0, gzip', ALL, 'gzip'],
  ['identity;q=0, *', ALL, 'br'],
  ['identity;q=0.5, *;q=0.4', ALL, 'identity'],
  ['gzip;q=0.5, *', ONE, 'identity'], // the asterisk covers identity too
  // neither identity nor anything offered is acceptable
  ['identity;q=0, gzip;q=0', ONE, 'none'],
  ['identity;q=0.000', ALL, 'none'],
  ['identity;q=0, compress', ALL, 'none'],
  ['identity;q=0, br', ONE, 'none'],
  ['*;q=0, identity;q=0', ALL, 'none'],
  ['*;q=0.000', ONE, 'none'],
  ['IDENTITY;Q=0', ALL, 'none'],
  ['identity;q=0, *;q=0.5', ONE, 'gzip'],
  ['*;q=0, identity', ALL, 'identity'],
  ['*;q=0, identity;q=0.001', ALL, 'identity'],
  ['identity;q=0, identity', ALL, 'none'],
  ['gzip;q=0, *;q=0', ONE, 'none'],
  ['compress;q=0', ALL, 'identity'],
  // what HTTP libraries send
  ['gzip, deflate, br;q=0.9', ALL, 'gzip'],
  ['gzip;q=1.0,deflate;q=0.6,identity;q=0.3', ALL, 'gzip'],
  ['deflate, gzip;q=1.0, *;q=0.5', ONE, 'gzip'],
  ['zstd, br;q=0.999, gzip;q=0.9', ALL, 'zstd'],
  ['gzip, x-gzip, deflate', ALL, 'gzip'],
  ['compress, gzip', ALL, 'gzip'],
  ['compress;q=0.5, gzip;q=1.0', ALL, 'gzip'],
  ['gzip;q=1.0, identity; q=0.5, *;q=0', ALL, 'gzip'],
  // codings that nobody offers here
  ['compress', ALL, 'identity'],
  ['sdch', ALL, 'identity'],
  ['compress, x-bzip2', ALL, 'identity'],
  ['dcb, dcz', ALL, 'identity'],
  ['compress, gzip;q=0.1', ALL, 'gzip'],
  ['gzipped', ALL, 'identity'],
  ['x-br', ALL, 'identity'],
  ['not-gzip', ALL, 'identity'],
  // names are case-insensitive, x-gzip is gzip
  ['GZIP', ALL, 'gzip'],
  ['Gzip;Q=0.5, BR;Q=0.4', ALL, 'gzip'],
  ['x-gzip', ALL, 'gzip'],
  ['X-GZIP;q=0.5', ALL, 'gzip'],
  ['x-gzip;q=0, gzip;q=0', ALL, 'identity'],
  ['x-gzip;q=0, *', ONE, 'identity'],
  // white space
  ['  gzip  ', ALL, 'gzip'],
  ['gzip ; q=0.5 , br ; q=0.6', ALL, 'br'],
  ['gzip\t;\tq=0.5,\tbr;q=0.4', ALL, 'gzip'],
  [',gzip,,br;q=0.5,', ALL, 'gzip'],
  // malformed members say nothing, and do not spoil the others
  ['gzip;q=2', ALL, 'identity'],
  ['gzip;q=1.001', ALL, 'identity'],
  ['gzip;q=-1', ALL, 'identity'],
  ['gzip;q=0.1234', ALL, 'identity'],
  ['gzip;q=abc', ALL, 'identity'],
  ['gzip;q=', ALL, 'identity'],
  ['gzip;q', ALL, 'identity'],
  ['gzip;', ALL, 'identity'],
  ['gzip;level=9', ALL, 'identity'],
  ['gzip;q=1;q=0', ALL, 'identity'],
  ['gzip q=1', ALL, 'identity'],
  ['"gzip"', ALL, 'identity'],
  ['gzip br', ALL, 'identity'],
  ['g zip, br;q=0.1', ALL, 'br'],
  ['gzip;q=nan, br;q=0.1', ALL, 'br'],
  ['gzip;q=.5', ALL, 'identity'],
  // of contradictions the more careful counts
  ['gzip, gzip;q=0', ALL, 'identity'],
  ['gzip;q=0, gzip', ALL, 'identity'],
  ['gzip;q=0, x-gzip', ALL, 'identity'],
  ['gzip;q=0.2, gzip;q=0.9, br;q=0.5', ALL, 'br'],
  // names that objects have
  ['__proto__, constructor, toString', ALL, 'identity'],
  ['__proto__;q=0, gzip', ALL, 'gzip'],
  ['gzıp', ALL, 'identity'], // a dotless i does not become one
]

describe('negotiate (RFC 9110 §12.5.3)', () => {
  test.each(TABLE)('%j, offered %j: %s', (field, offered, expected) => {
    expect(negotiate(field, offered)).toBe(expected)
  })

  test('the table has at least 120 rows', () => {
    expect(TABLE.length).toBeGreaterThanOrEqual(120)
  })

  test('remembered answers are those that were given, however many fields there are', () => {
    for (const offered of [ALL, TWO, ONE]) {
      const choose = negotiator(offered)
      for (let turn = 0; turn < 3; turn++) {
        for (const [field] of TABLE) expect(choose(field)).toBe(negotiate(field, offered))
      }
    }
  })

  test('with nothing offered, the answer is identity', () => {
    expect(negotiate('gzip, br, *', [])).toBe('identity')
  })

  test('a field of more than 1024 characters is not read', () => {
    expect(negotiate(`gzip,${' '.repeat(1019)}`, ALL)).toBe('gzip')
    expect(negotiate(`gzip,${' '.repeat(1020)}`, ALL)).toBe('identity')
  })

  test('no field of the longest length takes long to read', () => {
    const units = ['gzip,', ',', ' ', '\t', ';', 'q=', 'a', 'gzip;q=0', 'a ;', '*', '!', 'gzip ', ' ;']
    const started = performance.now()
    for (let turn = 0; turn < 20; turn++) {
      for (const unit of units) negotiate(unit.repeat(1024).slice(0, 1023) + '@', ALL)
    }
    expect((performance.now() - started) / (20 * units.length)).toBeLessThan(5) // ms each; some 0.05 usually
  })
})
