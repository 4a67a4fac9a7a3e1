import { expect, test } from 'vitest'
import { gzipSettings } from './options.ts'
import { gzip } from './gzip.ts'

test('without options everything has its default', () => {
  expect(gzipSettings({})).toEqual({
    codings: ['br', 'zstd', 'gzip', 'deflate'],
    level: { br: 4, zstd: 3, gzip: 6, deflate: 6 },
    threshold: 1024,
    flush: false,
    etag: 'weaken',
    noTransform: 'response',
    refuse: false,
    cache: 0,
    pad: 0,
  })
})

test('levels that are not given keep their defaults', () => {
  expect(gzipSettings({ level: { gzip: 1, br: undefined } }).level).toEqual({ br: 4, zstd: 3, gzip: 1, deflate: 6 })
})

test.each([
  [{ level: 6 }, "option 'level' must be an object with a level per coding, such as { gzip: 6, br: 4 }"],
  [{ level: { br: 12 } }, "option 'level.br' must be a whole number from 0 to 11"],
  [{ level: { gzip: 0 } }, "option 'level.gzip' must be a whole number from 1 to 9"],
  [{ level: { gzip: 1.5 } }, "option 'level.gzip' must be a whole number from 1 to 9"],
  [{ level: { zstd: '3' } }, "option 'level.zstd' must be a whole number from 1 to 22"],
  [{ level: { snappy: 1 } }, "there is no option 'level.snappy'"],
  [{ threshold: -1 }, "option 'threshold' must be a whole number of bytes, 0 or more"],
  [{ threshold: '1kb' }, "option 'threshold' must be a whole number of bytes, 0 or more"],
  [{ threshold: NaN }, "option 'threshold' must be a whole number of bytes, 0 or more"],
  [{ codings: 'gzip' }, "option 'codings' must be an array of codings"],
  [{ codings: [] }, "option 'codings' must name at least one coding"],
  [{ codings: ['gzip', 'gzip'] }, "option 'codings' must name each coding once"],
  [{ codings: ['gzip', 'lz4'] }, "option 'codings.1' must be one of br, zstd, gzip, deflate"],
  [{ flush: 'yes' }, "option 'flush' must be true, false or a function of (request, response)"],
  [{ etag: 'strong' }, "option 'etag' must be 'weaken' or 'suffix'"],
  [{ noTransform: true }, "option 'noTransform' must be 'response' or 'both'"],
  [{ refuse: 406 }, "option 'refuse' must be true or false"],
  [{ cache: '16mb' }, "option 'cache' must be a whole number of bytes, 0 or more"],
  [{ cache: -1 }, "option 'cache' must be a whole number of bytes, 0 or more"],
  [{ pad: -1 }, "option 'pad' must be a whole number of bytes, 0 to 65535"],
  [{ pad: 70_000 }, "option 'pad' must be a whole number of bytes, 0 to 65535"],
  [{ pad: true }, "option 'pad' must be a whole number of bytes, 0 to 65535"],
  [{ pad: 100, codings: ['br'] }, "option 'pad' needs 'gzip' among the codings: it is the one that is padded"],
  [{ filter: /html/ }, "option 'filter' must be a function of (request, response)"],
  [{ treshold: 1 }, "there is no option 'treshold'"],
  [null, 'the options must be an object'],
  [6, 'the options must be an object'],
])('%j is refused: %s', (options, message) => {
  expect(() => gzip(options as never)).toThrow(new TypeError(`@fsgi/middleware-gzip: ${message}`))
})

test('all that is wrong is said on one line', () => {
  expect(() => gzip({ threshold: -1, level: { br: 99 } })).toThrow(
    "@fsgi/middleware-gzip: option 'level.br' must be a whole number from 0 to 11; option 'threshold' must be a whole number of bytes, 0 or more",
  )
})

test('level may be a function, whatever else is given', () => {
  const level = (): { br: number } => ({ br: 1 })
  expect(gzipSettings({ level, threshold: 5 })).toMatchObject({ level, threshold: 5 })
})
