import { reply } from '@fsgi/core'

/**
 * Sends the client from `/docs` to `/docs/`, so that relative links in the page work. The target is built from the URL as the
 * client spelled it, mount and query included, and is a path with one slash in front: never `//host`, which is another site.
 *
 * 301 and not 308: they differ only in what becomes of a POST, which never comes here, and every client knows 301. It is
 * made to be asked again, because a directory may become a file.
 */
export function directoryRedirect(request: Request): Response {
  const { pathname, search } = new URL(request.url)
  const location = `${pathname.replace(/^\/+/, '/')}/${search}`
  return reply(null, { status: 301, headers: { location, 'cache-control': 'no-cache', 'content-length': '0' } })
}
