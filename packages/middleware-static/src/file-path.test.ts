import { describe, expect, test } from 'vitest'
import { filePath } from './file-path.ts'

const WELL_KNOWN = ['.well-known']
const nameOf = (path: string, dotfiles: boolean | string[] = WELL_KNOWN): string | null =>
  filePath(path, dotfiles)?.name ?? null

describe('what a path names', () => {
  test.each([
    ['/a.txt', { name: 'a.txt', directory: false }],
    ['/a/b/c', { name: 'a/b/c', directory: false }],
    ['/a/b/', { name: 'a/b', directory: true }],
    ['/', { name: '', directory: true }],
    ['', { name: '', directory: false }],
    ['/a b/ü/日本.txt', { name: 'a b/ü/日本.txt', directory: false }],
    ['/100%25.txt', { name: '100%.txt', directory: false }],
    ['/%252e%252e', { name: '%2e%2e', directory: false }],
    ['/.well-known/security.txt', { name: '.well-known/security.txt', directory: false }],
    ['/a..b/c...d', { name: 'a..b/c...d', directory: false }],
    ['/console.log', { name: 'console.log', directory: false }],
    ['/com10/auxiliary.js/nulls', { name: 'com10/auxiliary.js/nulls', directory: false }],
    ['/~user/draft~2026-final.pdf', { name: '~user/draft~2026-final.pdf', directory: false }],
    ['/ leading', { name: ' leading', directory: false }],
  ])('%s', (path, expected) => {
    expect(filePath(path, WELL_KNOWN)).toEqual(expected)
  })
})

describe('what can be no file, on any platform', () => {
  test.each([
    ['an encoded slash', '/a%2Fb'],
    ['an encoded backslash', '/a%5Cb'],
    ['a NUL', '/a%00.txt'],
    ['a control character', '/a%0A'],
    ['bytes that are not UTF-8', '/%FF'],
    ['a slash encoded twice half-way', '/a%25%2Fb'],
    ['a backslash', '/a\\b'],
    ['an empty segment in front', '//a'],
    ['an empty segment in between', '/a//b'],
    ['an empty segment at the end', '/a//'],
    ['only slashes', '//'],
    ['a dot segment', '/a/./b'],
    ['two dots', '/a/../b'],
    ['two dots at the end', '/..'],
    ['three dots', '/.../a'],
    ['a dot at the end', '/a.txt.'],
    ['a space at the end', '/a.txt '],
    ['a space at the end of a directory', '/a /b'],
    ['a stream', '/a.txt::$DATA'],
    ['a stream with a name', '/a.txt:secret'],
    ['a drive', '/C:/Windows'],
    ['a drive without a slash', '/C:'],
    ['a device', '/con'],
    ['a device in capitals', '/NUL'],
    ['a device with an extension', '/aux.js'],
    ['a device in a directory', '/assets/prn/x'],
    ['a device with a space', '/com1 .txt'],
    ['a device with a superscript digit', '/lpt²'],
    ['the console', '/CONIN$'],
    ['a short name', '/SECRET~1.TXT'],
    ['a short name in lower case', '/progra~1/x'],
    ['a short name spelled with an escape', '/abcde%25~1'],
  ])('%s', (_title, path) => {
    expect(filePath(path, true)).toBeNull()
  })
})

describe('names that begin with a dot', () => {
  test('only those that are allowed, by whole names and in every segment', () => {
    for (const path of ['/.env', '/a/.git/config', '/.well-known/.secret', '/.well-known2/x', '/.'])
      expect(nameOf(path)).toBeNull()
    expect(nameOf('/.env', true)).toBe('.env')
    expect(nameOf('/.well-known/x', false)).toBeNull()
    expect(nameOf('/.nojekyll', ['.nojekyll'])).toBe('.nojekyll')
  })
})

test('a name made of words and dots is refused by the same rules wherever in a path it is', () => {
  const [words, refused] = [
    ['a', 'con', 'aux', 'nul', 'com1', 'lpt9', 'Prn', 'com', 'cons', 'x-nul'],
    /^(?:con|aux|nul|com1|lpt9|prn)$/i,
  ]
  for (const first of words) {
    for (const ending of ['', '.js', '.min.js', '.', '..', '..js']) {
      for (const path of [
        `/${first}${ending}`,
        `/b/${first}${ending}`,
        `/${first}${ending}/b`,
        `/b.c/${first}${ending}/`,
      ]) {
        const isFine = !refused.test(first) && !ending.endsWith('.')
        expect(filePath(path, true) !== null, path).toBe(isFine)
      }
    }
  }
})
