import { injectLive } from './inject-live.ts'
import { watchAssets } from './watch-assets.ts'
import type { Changes } from './changes.ts'

/** What keeps the application's pages up to date in browsers. */
export interface LivePages {
  /** A name for this moment, by which a page says how new it is. */
  asOf(): string
  /** The response with the live script where it is a page, one that is as new as `asOf`. */
  bring(request: Request, response: Response, asOf: string): Response
  close(): Promise<void>
}

export interface LiveFacts {
  /** Where stylesheets and other files for browsers are: the folder of the package. */
  readonly folder: string
  readonly changes: Changes
  warn(text: string): void
}

/**
 * Files are watched from the first page on, and then for good: a page in the background is not connected, and is to be told
 * what it has missed.
 */
export function livePages({ folder, changes, warn }: LiveFacts): LivePages {
  const warned = new Set<string>()
  let watcher: ReturnType<typeof watchAssets> | undefined

  function once(text: string): void {
    if (!warned.has(text)) warn(text)
    warned.add(text)
  }

  return {
    asOf: changes.asOf,
    bring(request, response, asOf) {
      const changed = injectLive(request, response, (why) =>
        once(`no live reload: the page's Content-Security-Policy does not let the script in, as ${why}`),
      )
      if (changed !== response) {
        changed.headers.append('server-timing', `fsgi;desc="${asOf}"`)
        watcher ??= watchAssets(folder, {
          tell: changes.tell,
          failed: ({ message }) => once(`not all stylesheets and pictures can be watched: ${message}`),
        })
      }
      return changed
    },
    close: async () => watcher?.close(),
  }
}
