import { HOP_BY_HOP } from '../hop-by-hop.ts'
import { normalPathname } from '../path.ts'

/**
 * The request as a server would have given it: without hop-by-hop fields (SPEC S5), and with the URL of S1: without dot segments, which the parser of Node 20 and
 * 22 leaves in some places (ada-url/ada#935) and Deno and workerd show as they were sent, without the scheme's own port and
 * without a fragment, so that a router inside and `context.path` agree. The same object where nothing is to be changed.
 * `url` is `request.url`, parsed; it is made normal as well.
 */
export function normalRequest(request: Request, url: URL = new URL(request.url)): Request {
  const pathname = normalPathname(url.pathname)
  if (pathname !== url.pathname) url.pathname = pathname
  if (url.hash !== '') url.hash = ''
  const normal = request.url === url.href ? request : new Request(url, request)
  return HOP_BY_HOP.some((name) => normal.headers.has(name)) ? withoutHopByHop(normal) : normal
}

/** Bun shows the fields of the connection, which an app must not see (SPEC S5). */
function withoutHopByHop(request: Request): Request {
  const headers = new Headers(request.headers)
  for (const name of [...HOP_BY_HOP, ...(headers.get('connection') ?? '').split(',')]) {
    if (TOKEN.test(name.trim())) headers.delete(name.trim())
  }
  return new Request(request, { headers })
}

const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/
