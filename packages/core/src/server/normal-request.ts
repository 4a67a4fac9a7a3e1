import { normalPathname } from '../path.ts'

/**
 * The request with the URL that a server would have given it (SPEC S1): without dot segments, which the parser of Node 20 and
 * 22 leaves in some places (ada-url/ada#935) and Deno and workerd show as they were sent, without the scheme's own port and
 * without a fragment, so that a router inside and `context.path` agree. The same object where nothing is to be changed.
 * `url` is `request.url`, parsed; it is made normal as well.
 */
export function normalRequest(request: Request, url: URL = new URL(request.url)): Request {
  const pathname = normalPathname(url.pathname)
  if (pathname !== url.pathname) url.pathname = pathname
  if (url.hash !== '') url.hash = ''
  return request.url === url.href ? request : new Request(url, request)
}
