import { describe, expect, it } from 'vitest'
import { isBelow, mountBelow, normalPathname, pathBelow } from './path.ts'

const pathOf = (target: string, mount = ''): string =>
  pathBelow(normalPathname(new URL(`http://h${target}`).pathname), mount)

describe('the path rule', () => {
  it.each([
    ['/', '/'],
    ['/a/b/', '/a/b/'],
    ['/a//b', '/a//b'],
    ['//a', '//a'],
    ['/a%2Fb', '/a%2Fb'],
    ['/a%2fb', '/a%2Fb'],
    ['/a%252Fb', '/a%252Fb'],
    ['/a%25252Fb', '/a%25252Fb'],
    ['/a%5cb', '/a%5Cb'],
    ['/a\\b', '/a/b'],
    ['/a%00b', '/a%00b'],
    ['/a/../b', '/b'],
    ['/a/.b/../c', '/a/c'], // Node 20 and 22 leave the dots in place
    ['//.a/../../x', '/x'],
    ['/a/%2e%2e/b', '/b'],
    ['/a/.%2E/b', '/b'],
    ['/a/..%2f..%2fetc', '/a/..%2F..%2Fetc'],
    ['/%252e%252e/b', '/%252e%252e/b'],
    ['/100%25', '/100%25'],
    ['/100%', '/100%25'],
    ['/%zz', '/%25zz'],
    ['/%25zz', '/%25zz'],
    ['/caf%C3%A9', '/café'],
    ['/café', '/café'],
    ['/%C3%28', '/%C3('],
    ['/%c0%af', '/%C0%AF'], // an overlong '/'
    ['/%ED%A0%80', '/%ED%A0%80'], // a surrogate
    ['/%EF%BB%BFa', '/\uFEFFa'], // a BOM stays
    ['/%F0%9F%98%80', '/😀'],
    ['/%61dmin', '/admin'],
    ['/%40x+%2B', '/@x++'],
    ['/a%20b', '/a b'],
    ['/a%0d%0ab', '/a%0D%0Ab'],
    ['/a%7fb', '/a%7Fb'],
    ['/a;v=1%3B', '/a;v=1;'],
    ['/a?x=%2F', '/a'],
  ])('%s has the path %s', (target, path) => {
    expect(pathOf(target)).toBe(path)
  })

  it.each([
    ['/app', '/app', ''],
    ['/app/', '/app', '/'],
    ['/app//x', '/app', '//x'],
    ['/%61pp/%78', '/%61pp', '/x'],
  ])('%s below the mount %s has the path %j', (target, mount, path) => {
    expect(pathOf(target, mount)).toBe(path)
  })

  it('isBelow() wants the mount to end at a border', () => {
    expect(isBelow('/app/x', '/app')).toBe(true)
    expect(isBelow('/app', '/app')).toBe(true)
    expect(isBelow('/apple', '/app')).toBe(false)
    expect(isBelow('/x', '')).toBe(true)
  })

  it('mountBelow() moves the mount by segments, as they are spelled', () => {
    expect(mountBelow('/%61/b/c', '', 1)).toBe('/%61')
    expect(mountBelow('/%61/b/c', '/%61', 2)).toBe('/%61/b/c')
    expect(mountBelow('/a', '', 1)).toBe('/a')
  })

  // An independent reading of the rule: segments as lists of octets, where a '%' that begins no escape is the octet 25.
  const octets = (pathname: string): string =>
    pathname
      .split('/')
      .map((segment) =>
        segment.replace(/%([\da-f]{2})|[^%]|%/gi, (part, hex: string | undefined) =>
          hex === undefined ? Buffer.from(part).toString('hex') : hex.toLowerCase(),
        ),
      )
      .join('/')

  it.each([
    ['escapes and dots', '/.%25fFeE0a\\'.split(''), 4],
    ['percent signs', ['%', '2', '5', 'f', '/', '0'], 6],
    [
      'UTF-8',
      ['%C3', '%A9', '%E2', '%82', '%AC', '%80', '%ED', '%A0', '%EF', '%BB', '%BF', '%C0', '%41', 'A', '/', 'é'],
      3,
    ],
    [
      'tokens',
      [
        '/',
        '.',
        'a',
        '%61',
        '%2F',
        '%2f',
        '%5C',
        '\\',
        '%25',
        '%',
        '%00',
        '%2e',
        '%C3',
        '%A9',
        '@',
        '%40',
        ' ',
        '%20',
        '%0a',
      ],
      3,
    ],
  ])(
    'two paths are equal exactly when their segments are the same octets: every string of %s',
    (_name, tokens, length) => {
      const pathOfOctets = new Map<string, string>()
      const octetsOfPath = new Map<string, string>()
      const visit = (text: string, left: number): void => {
        const pathname = normalPathname(new URL(`http://h/${text}`).pathname)
        const path = pathBelow(pathname, '')
        const key = octets(pathname)
        if ((pathOfOctets.get(key) ?? path) !== path)
          expect.fail(`${pathname} has two paths: ${path}, ${pathOfOctets.get(key)}`)
        if ((octetsOfPath.get(path) ?? key) !== key)
          expect.fail(`${path} stands for ${key} and ${octetsOfPath.get(path)}`)
        if (path.split('/').some((segment) => segment === '.' || segment === '..'))
          expect.fail(`a dot segment in ${path}`)
        const back = `/${path.slice(1).replace(/[^%/]+/g, encodeURIComponent)}`
        if (pathBelow(normalPathname(new URL(`http://h${back}`).pathname), '') !== path)
          expect.fail(`${path} changes when written as a URL`)
        pathOfOctets.set(key, path)
        octetsOfPath.set(path, key)
        if (left > 0) for (const token of tokens) visit(text + token, left - 1)
      }
      visit('', length)
      expect(pathOfOctets.size).toBe(octetsOfPath.size)
      expect(pathOfOctets.size).toBeGreaterThan(500)
    },
  )
})
