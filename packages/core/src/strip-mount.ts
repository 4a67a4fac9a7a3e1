import { withPathname } from './derive.ts'
import type { App } from './app.ts'
import type { Context } from './context.ts'

/**
 * For a foreign fetch app that looks only at `request.url`: takes the mount off it, so that the app sees itself at the root.
 * Links that it makes to itself will lack the mount.
 *
 * ```ts
 * const app = mount({ '/api': stripMount(hono.fetch) })
 * ```
 */
export function stripMount<C extends Context>(app: App<C>): App<C> {
  return function stripMount(request, context) {
    if (context.mount === '') return app(request, context)
    const url = new URL(request.url)
    url.pathname = url.pathname.slice(context.mount.length) || '/'
    return app(new Request(url, request), withPathname(context, url.pathname, ''))
  }
}
