import { describe, expect, test } from 'vitest'
import { cookieName, findCookie, putSetCookie, setCookie } from './cookie.ts'
import { formatToken, newSelector, newVerifier, parseToken } from './token.ts'

const token = (): string => formatToken({ selector: newSelector(), verifier: newVerifier() })
const found = (field: string): string[] => findCookie(field, '__Host-id', parseToken).values.map(formatToken)

describe('reading', () => {
  test('finds the name among others, with SP and HTAB around it', () => {
    const value = token()
    for (const field of [
      `__Host-id=${value}`,
      `a=1; __Host-id=${value}; b=2`,
      `a=1;__Host-id=${value}`,
      `a=1; \t__Host-id =\t${value} \t;`,
      `;;; __Host-id=${value}`,
    ]) {
      expect(found(field)).toEqual([value])
    }
  })

  test('a name that only looks like ours is not ours: U+00A0, other case, longer, shorter, quoted, encoded', () => {
    const value = token()
    for (const field of [
      `\u00a0__Host-id=${value}`,
      `__host-id=${value}`,
      `x__Host-id=${value}`,
      `__Host-id2=${value}`,
      `__Host-i=${value}`,
      `%5F_Host-id=${value}`,
      `__Host-id`,
      `=__Host-id=${value}`,
      `x=__Host-id=${value}`,
    ]) {
      expect(findCookie(field, '__Host-id', parseToken)).toEqual({ present: false, values: [] })
    }
    expect(findCookie(`__Host-id="${value}"`, '__Host-id', parseToken)).toEqual({ present: true, values: [] })
  })

  test('the same value twice is one; several are all told, but not more than four', () => {
    const [one, two] = [token(), token()]
    expect(found(`__Host-id=${one}; __Host-id=${one}; __Host-id=${two}`)).toEqual([one, two])
    const many = Array.from({ length: 5 }, token)
    expect(found(many.map((value) => `__Host-id=${value}`).join('; '))).toEqual([])
  })

  test('promise 10: hostile fields take linear time and never throw', () => {
    const fields = [
      ';'.repeat(65_000),
      ' '.repeat(65_000),
      '__Host-id'.repeat(7000),
      '__Host-id='.repeat(6500),
      '__Host-id=;'.repeat(5900),
      `${'__Host-id '.repeat(6000)}=`,
      Array.from({ length: 10_000 }, (_, i) => `a${i}`)
        .join(';')
        .slice(0, 65_000),
      `__Host-id=${'\t '.repeat(30_000)}`,
      'x'.repeat(10_000_000),
    ]
    const start = performance.now()
    for (let i = 0; i < 20; i++) for (const field of fields) expect(found(field)).toEqual([])
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

describe('tokens', () => {
  test('have 128 and 256 random bits in 66 characters', () => {
    const value = token()
    expect(value).toHaveLength(66)
    expect(formatToken(parseToken(value)!)).toBe(value)
    expect(new Set(Array.from({ length: 1000 }, token)).size).toBe(1000)
  })

  test('nothing else is one', () => {
    const value = token()
    for (const other of [
      '',
      value.slice(1),
      `${value}a`,
      value.replace('.', '-'),
      `${value}\n`,
      value.replace(/.$/, '='),
      value.replace(/.$/, 'é'),
    ]) {
      expect(parseToken(other)).toBe(null)
    }
  })
})

describe('writing', () => {
  const settings = { name: 'id', sameSite: 'Lax', persistent: false, secure: 'auto' } as const

  test('Max-Age is at most 400 days', () => {
    expect(setCookie(settings, true, 'x', 10 ** 9)).toContain('Max-Age=34560000;')
  })

  test('the name has its prefix over an encrypted connection', () => {
    expect(cookieName(settings, true)).toBe('__Host-id')
    expect(cookieName(settings, false)).toBe('id')
  })

  test('a cookie whose name begins like ours stays', () => {
    const headers = new Headers([
      ['set-cookie', 'id2=1'],
      ['set-cookie', 'id=old'],
    ])
    putSetCookie(headers, 'id=new')
    expect(headers.getSetCookie()).toEqual(['id2=1', 'id=new'])
  })
})
