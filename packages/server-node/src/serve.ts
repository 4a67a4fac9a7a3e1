import { checkOptions } from './check-options.ts'
import { forwardedClaims, trusts } from './trust-proxy.ts'
import { endsOf } from './socket-address.ts'
import { runServer } from './run-server.ts'
import type { Entry } from '@fsgi/core'
import type { ServeOptions } from './options.ts'
import type { Server } from './run-server.ts'

/**
 * Serves an FSGI entry over HTTP/1.1, with or without TLS. Resolves when it listens.
 *
 * ```ts
 * const server = await serve((request, context) => new Response(`hello ${context.path}`), { port: 8080 })
 * ```
 * @throws {TypeError} of one line for a bad option, and for what is no entry.
 * @throws {Error} of one line if it cannot listen; and whatever the entry's `start` throws. Nothing listens then.
 */
export async function serve(entry: Entry, options: ServeOptions = {}): Promise<Server> {
  const settings = checkOptions(options)
  const trusted = trusts(settings.trustProxy)
  if (trusted === undefined) return runServer(entry, settings, undefined)
  return runServer(entry, settings, (incoming) =>
    forwardedClaims(incoming.rawHeaders, endsOf(incoming.socket).peer, trusted),
  )
}
