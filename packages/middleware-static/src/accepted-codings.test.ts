import { describe, expect, test } from 'vitest'
import { acceptedCodings, codingsAccepted } from './accepted-codings.ts'
import type { Coding } from './accepted-codings.ts'

const ALL = ['br', 'zstd', 'gzip'] as const

describe('codings of an Accept-Encoding field, best first (RFC 9110 §12.5.3)', () => {
  test.each<[field: string | null, expected: Coding[]]>([
    [null, []],
    ['', []],
    ['identity', []],
    ['gzip', ['gzip']],
    ['GZip', ['gzip']],
    ['x-gzip', ['gzip']],
    ['gzip, deflate, br, zstd', ['br', 'zstd', 'gzip']],
    ['gzip;q=1.0, br;q=0.8', ['gzip', 'br']],
    ['br;q=0.001, gzip;q=0.002', ['gzip', 'br']],
    ['gzip;q=0', []],
    ['gzip;q=0.000', []],
    ['br;q=0, *', ['zstd', 'gzip']],
    ['*;q=0', []],
    ['*', ['br', 'zstd', 'gzip']],
    ['gzip, *;q=0', ['gzip']],
    ['identity;q=0.5, gzip;q=0.3', []],
    ['identity;q=0.5, gzip;q=0.5', ['gzip']],
    ['identity;q=1, *;q=0', []],
    ['identity;q=0, gzip;q=0.1', ['gzip']],
    ['gzip;q=0.5, gzip;q=0', []],
    ['gzip ; q=0.5 , br ; q=0.6', ['br', 'gzip']],
    ['gzip;q=2', []],
    ['gzip;q=0.1234', []],
    ['gzip;q=', []],
    ['gzipped, xgzip, gzip2', []],
    ['deflate, compress, dcb', []],
    [',, gzip ,,', ['gzip']],
    [`gzip,${' '.repeat(2000)}`, []],
  ])('%s', (field, expected) => {
    expect(acceptedCodings(field, ALL)).toEqual(expected)
  })

  test('equals come in the order that the server prefers', () => {
    expect(acceptedCodings('br, gzip, zstd', ['gzip', 'br'])).toEqual(['gzip', 'br'])
  })
})

test('remembered answers are those of the field, also after more fields than are remembered', () => {
  const accepted = codingsAccepted(ALL)
  const fields = Array.from({ length: 250 }, (_, i) =>
    i % 2 === 0 ? `gzip;q=0.5, br, x${i}` : `br;q=0.5, gzip, x${i}`,
  )
  for (const field of [...fields, ...fields.toReversed(), null, '']) {
    expect(accepted(field)).toEqual(acceptedCodings(field, ALL))
  }
})
