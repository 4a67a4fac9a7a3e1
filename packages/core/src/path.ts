/**
 * The path rule (SPEC, "The path"): the one decoding of a URL's pathname that routers, guards and file servers share.
 *
 * Every `/` is a border. Within a segment every escape that forms valid UTF-8 is decoded once, except `%2F`, `%5C`, `%25`
 * and control characters, which stay; so does what is not UTF-8; hex is in capitals, and a `%` that begins no escape is
 * `%25`. So every `%` in a path begins an escape from a closed list, nothing decodes twice into a border or a dot segment,
 * and two paths are equal exactly when their segments are the same octets.
 */

/** `pathname` without its prefix `mount`, decoded once. `pathname` must be normal, and `mount` end before a `/` of it. */
export function pathBelow(pathname: string, mount: string): string {
  const rest = mount === '' ? pathname : pathname.slice(mount.length)
  return rest.includes('%') ? rest.replace(ESCAPES, decodeEscape) : rest // nearly every request has none
}

/** Whether `mount` is a prefix of `pathname` that ends before a `/` or at the end. */
export function isBelow(pathname: string, mount: string): boolean {
  return pathname.startsWith(mount) && (pathname.length === mount.length || pathname[mount.length] === '/')
}

/**
 * The pathname without dot segments. The URL standard leaves none, but the parser of Node 20 and 22 leaves some
 * (ada-url/ada#935: `/a/.b/../c`), so servers normalise before they build `request.url` (SPEC S1).
 */
export function normalPathname(pathname: string): string {
  if (!DOT_SEGMENT.test(pathname)) return pathname
  const segments = pathname.slice(1).split('/')
  const kept: string[] = []
  segments.forEach((segment, index) => {
    const dots = segment.replace(/%2e/gi, '.')
    if (dots === '..') kept.pop()
    if (dots !== '..' && dots !== '.') kept.push(segment)
    else if (index === segments.length - 1) kept.push('')
  })
  return '/' + kept.join('/')
}

/** `mount` moved down by `segments` segments of `pathname`, spelled as they are there. */
export function mountBelow(pathname: string, mount: string, segments: number): string {
  let end = mount.length
  for (let i = 0; i < segments; i++) {
    end = pathname.indexOf('/', end + 1)
    if (end === -1) return pathname
  }
  return pathname.slice(0, end)
}

const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i
const KEPT = /[%/\\\u0000-\u001f\u007f]/g // oxlint-disable-line no-control-regex
const TAIL = '%[89AB][\\dA-F]' // the rows are those of RFC 3629 §4
const UTF8 =
  `%[0-7][\\dA-F]|%(?:C[2-9A-F]|D[\\dA-F])${TAIL}|%E0%[AB][\\dA-F]${TAIL}|%E[1-9A-CEF]${TAIL}${TAIL}|%ED%[89][\\dA-F]${TAIL}` +
  `|%F0%[9AB][\\dA-F]${TAIL}${TAIL}|%F[1-3]${TAIL}${TAIL}${TAIL}|%F4%8[\\dA-F]${TAIL}${TAIL}`
const ESCAPES = new RegExp(`((?:${UTF8})+)|%[\\dA-F]{2}|%`, 'gi')

function decodeEscape(escape: string, utf8: string | undefined): string {
  if (utf8 !== undefined) return decodeURIComponent(utf8).replace(KEPT, encode) // not TextDecoder, which drops a BOM
  return escape === '%' ? '%25' : escape.toUpperCase()
}

function encode(char: string): string {
  return '%' + char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
}
