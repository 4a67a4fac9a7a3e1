import type { HeaderFields } from '@fsgi/core'

export interface CookieSettings {
  readonly name: string
  readonly sameSite: 'Lax' | 'Strict'
  readonly persistent: boolean
  readonly secure: 'auto' | true
}

/** What a request's Cookie field says about one name. */
export interface CookieFound<V> {
  /** Whether the name is there at all, whatever its value. */
  readonly present: boolean
  /** The different values that could be ours. */
  readonly values: readonly V[]
}

/**
 * The name over this connection. `__Host-` makes browsers refuse the cookie unless it is Secure, for this host only and for
 * every path, so that neither a sibling domain nor plain http can plant one (RFC 6265bis §4.1.3.2).
 */
export function cookieName(settings: CookieSettings, encrypted: boolean): string {
  return encrypted ? `__Host-${settings.name}` : settings.name
}

/**
 * Looks for a name in a Cookie field, in linear time. Strips SP and HTAB only, as RFC 6265bis §5.6 does (`trim` would let
 * `U+00A0 __Host-id` pass for `__Host-id`), and decodes nothing. The same name several times is not resolved here: the
 * order means nothing (RFC 6265bis §4.2.2). `parse` says what could be ours, with `null` for what cannot. Of oversized
 * fields, and of more than four candidates, none is.
 */
export function findCookie<V>(field: string | null, name: string, parse: (value: string) => V | null): CookieFound<V> {
  if (field === null || field.length > MAX_FIELD) return ABSENT
  let present = false
  let texts: readonly string[] = NOTHING
  let values: readonly V[] = NOTHING
  for (let start = 0; start <= field.length;) {
    const semicolon = field.indexOf(';', start)
    const end = semicolon === -1 ? field.length : semicolon
    const value = valueOf(field, start, end, name)
    if (value !== undefined) {
      present = true
      const ours = texts.includes(value) ? null : parse(value)
      if (ours !== null) {
        texts = texts.length === 0 ? [value] : [...texts, value]
        values = values.length === 0 ? [ours] : [...values, ours]
      }
      if (values.length > MAX_CANDIDATES) return { present, values: NOTHING }
    }
    start = end + 1
  }
  return { present, values }
}

const MAX_FIELD = 65_536
const MAX_CANDIDATES = 4
const NOTHING: readonly never[] = []
const ABSENT: CookieFound<never> = { present: false, values: NOTHING }

/** The value of the pair between two positions, if it has the name. */
function valueOf(field: string, from: number, to: number, name: string): string | undefined {
  let start = from
  while (start < to && isBlank(field.charCodeAt(start))) start++
  if (!field.startsWith(name, start)) return undefined
  let equals = start + name.length
  while (equals < to && isBlank(field.charCodeAt(equals))) equals++
  if (equals >= to || field[equals] !== '=') return undefined
  let first = equals + 1
  let last = to
  while (first < last && isBlank(field.charCodeAt(first))) first++
  while (last > first && isBlank(field.charCodeAt(last - 1))) last--
  return field.slice(first, last)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** A Set-Cookie value. `maxAge` in seconds; without it the browser forgets the cookie when it closes. */
export function setCookie(settings: CookieSettings, encrypted: boolean, value: string, maxAge?: number): string {
  const lifetime = maxAge === undefined ? '' : `; Max-Age=${Math.min(maxAge, MAX_AGE)}`
  const secure = encrypted ? '; Secure' : ''
  return `${cookieName(settings, encrypted)}=${value}; Path=/${lifetime}${secure}; HttpOnly; SameSite=${settings.sameSite}`
}

/** RFC 6265bis §5.5: browsers cut longer lifetimes to 400 days. */
const MAX_AGE = 400 * 24 * 3600

/** Removes a cookie: browsers only obey if every attribute is as it was when the cookie was set. */
export function clearCookie(settings: CookieSettings, encrypted: boolean): string {
  return setCookie(settings, encrypted, '', 0)
}

/** Puts our line in, in the place of every other line for the same name (RFC 6265bis §4.1.1); other cookies keep their order. */
export function putSetCookie(headers: HeaderFields, line: string): void {
  const start = line.slice(0, line.indexOf('=') + 1)
  const others = headers.getSetCookie().filter((other) => !other.startsWith(start))
  if (others.length !== headers.getSetCookie().length) {
    headers.delete('set-cookie')
    for (const other of others) headers.append('set-cookie', other)
  }
  headers.append('set-cookie', line)
}
