import { normalPathname } from '@fsgi/core/server'

/** Where a request goes: the `url` to build it with, and the pathname of that URL. */
export interface Place {
  readonly url: string
  readonly pathname: string
}

/**
 * The URL of a request by concatenation, never by resolving (SPEC S1): a target `//evil/x` stays a path on this host, and one
 * that does not begin with `/` cannot reach into the authority. `null` where the answer is 400 (SPEC S2).
 *
 * `scheme` is the connection's, also for an absolute-form target, whose authority wins over Host (RFC 9112 §3.2.2).
 */
export function placeOf(target: string, scheme: 'http' | 'https', authority: string): Place | null {
  if (!isAuthority(authority)) return null
  if (PLAIN.test(target) && !target.includes('/.')) {
    const query = target.indexOf('?')
    return { url: `${scheme}://${authority}${target}`, pathname: query === -1 ? target : target.slice(0, query) }
  }
  const fragment = target.indexOf('#')
  const whole = fragment === -1 ? target : target.slice(0, fragment)
  return whole.startsWith('/') ? parsed(`${scheme}://${authority}${whole}`) : absolute(whole, scheme)
}

/** Whether a Host field value names a host that a URL can have: no userinfo, no path, nothing to be decoded. */
export function isAuthority(value: string): boolean {
  if (value === latest) return true
  if (!AUTHORITY.test(value)) return false
  latest = value
  return true
}

/** Most servers are asked for one host. */
let latest: string | undefined

/** The authority of an absolute-form target, or `undefined`. */
export function targetAuthority(target: string): string | undefined {
  return target.startsWith('/') ? undefined : ABSOLUTE.exec(target)?.[1]
}

const AUTHORITY = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i
const PLAIN = /^\/[\w\-.~!$&'()*+,;=:@/]*(?:\?[\w\-.~!$&'()*+,;=:@/?%[\]{}|]*)?$/ // what the URL parser leaves as it is
const ABSOLUTE = /^https?:\/\/([^/?]*)(?=[/?]|$)/i

function absolute(target: string, scheme: string): Place | null {
  const match = ABSOLUTE.exec(target)
  if (match === null || !isAuthority(match[1]!)) return null
  const rest = target.slice(match[0].length)
  return parsed(`${scheme}://${match[1]}${rest.startsWith('/') ? rest : `/${rest}`}`)
}

/** The URL parser of Node 20 and 22 leaves some dot segments (ada-url/ada#935); ours is the one that request.url will have. */
function parsed(text: string): Place | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const pathname = normalPathname(url.pathname)
  return { url: pathname === url.pathname ? text : url.origin + pathname + url.search, pathname }
}
