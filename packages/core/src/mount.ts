import { withMount } from './derive.ts'
import { normalPathname, pathBelow } from './path.ts'
import { reply } from './reply.ts'
import type { App } from './app.ts'
import type { Context } from './context.ts'

/**
 * An app made of apps, each below a prefix of `context.path`; the longest prefix of whole segments wins, and 404 answers
 * where none does. The app below sees `mount` and `path` moved; `request.url` stays as it is (SPEC M16).
 *
 * ```ts
 * const app = mount({ '/api': api, '/': site })
 * ```
 * @throws {TypeError} for a prefix that does not begin with `/`, ends with one, or has empty or dot segments.
 */
export function mount<C extends Context = Context>(apps: Record<`/${string}`, App<C>>): App<C> {
  const places = Object.entries(apps).map(([prefix, app]) => place(prefix, app))
  places.sort((a, b) => b.prefix.length - a.prefix.length)
  return function mount(request, context) {
    const { path } = context
    for (const { prefix, segments, app } of places) {
      if (prefix === '' || path === prefix || (path.startsWith(prefix) && path[prefix.length] === '/')) {
        return app(request, segments === 0 ? context : withMount(context, segments))
      }
    }
    return reply('Not Found\n', { status: 404 })
  }
}

function place<A>(prefix: string, app: A): { prefix: string; segments: number; app: A } {
  if (prefix === '/') return { prefix: '', segments: 0, app }
  const wrong = (why: string): TypeError => new TypeError(`mount(): the prefix '${prefix}' ${why}`)
  if (!prefix.startsWith('/')) throw wrong("must begin with '/'")
  if (prefix.endsWith('/')) throw wrong("must not end with '/'")
  if (prefix.includes('//')) throw wrong('has an empty segment')
  if (normalPathname(prefix) !== prefix) throw wrong('has a dot segment')
  if (/[?#\\]/.test(prefix)) throw wrong("is not a path: it has '?', '#' or '\\'")
  // A prefix is written decoded or as in a URL; a lone % is a percent sign, as in a path.
  const decoded = pathBelow(prefix, '')
  return { prefix: decoded, segments: decoded.split('/').length - 1, app }
}
