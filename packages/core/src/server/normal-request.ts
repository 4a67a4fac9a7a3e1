import { normalPathname } from '../path.ts'

/**
 * The request with a URL that has no dot segments, so that a router inside and `context.path` agree (SPEC S1): the same
 * object, except on Node 20 and 22, whose URL parser leaves some (ada-url/ada#935).
 */
export function normalRequest(request: Request): Request {
  if (!request.url.includes('/.')) return request
  const url = new URL(request.url)
  const pathname = normalPathname(url.pathname)
  if (pathname === url.pathname) return request
  return new Request(`${url.origin}${pathname}${url.search}`, request)
}
