import { startEntry } from '@fsgi/core/server'
import { InFlight } from './in-flight.ts'
import { listen } from './listen.ts'
import { nodeServer } from './node-server.ts'
import { checkTls } from './check-options.ts'
import { shutDown } from './shut-down.ts'
import type { Claims } from './claims.ts'
import type { Entry } from '@fsgi/core'
import type { IncomingMessage } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Settings } from './check-options.ts'
import type { Tls } from './options.ts'
import type { Duplex } from 'node:stream'

/** A server that listens. */
export interface Server {
  /** Where a client on this machine reaches it: `'http://127.0.0.1:3000'`; `'unix:/run/app.sock'` for a Unix socket. */
  readonly url: string
  /** The TCP port; `null` for a Unix socket. */
  readonly port: number | null
  /** The address that is bound, or the path of the Unix socket. */
  readonly address: string
  /**
   * Stops gracefully (SPEC S36): accepts nothing more, lets exchanges and `waitUntil` work finish for `limit` milliseconds (default: the
   * option `timeouts.close`), aborts the rest, and runs what the entry gave to `host.defer`. Never rejects; every call gives the same promise.
   */
  close(options?: { readonly limit?: number }): Promise<void>
  /** New key and certificate for connections from now on. @throws {TypeError} if the server has no TLS or they do not fit. */
  reloadTls(tls: Tls): void
}

/** Starts the entry and listens. `claimsOf` says what somebody trusted says about an exchange; `ownerOnly` closes a Unix socket to others. */
export async function runServer(
  entry: Entry,
  settings: Settings,
  claimsOf: ((incoming: IncomingMessage) => Claims | number | null) | undefined,
  ownerOnly = false,
): Promise<Server> {
  const { env, socket, tls } = settings
  const inFlight = new InFlight(settings.report, settings.timeouts.send)
  const started = await startEntry(entry, { env, report: inFlight.report })
  // Those that node:http does not know of: to keep the others as well would be a tenth of what an idle connection costs.
  const sockets = new Set<Duplex>()
  function track(connection: Duplex): void {
    sockets.add(connection)
    connection.on('close', () => sockets.delete(connection))
  }
  let server
  try {
    const site = {
      app: started.app,
      inFlight,
      encrypted: tls !== undefined,
      env,
      maxBodyBytes: settings.maxBodyBytes,
      claimsOf,
    }
    server = nodeServer(site, settings)
    if (tls !== undefined) server.on('connection', track) // its handshake may be under way
    server.on('connect', (_request: unknown, connection: Duplex) => track(connection))
    await listen(server, { port: settings.port ?? 3000, host: settings.host ?? '127.0.0.1', socket, ownerOnly })
  } catch (error) {
    await started.close()
    throw error
  }
  server.on('error', inFlight.report)

  const bound = server.address()
  const address = typeof bound === 'object' && bound !== null ? bound.address : socket!
  const port = typeof bound === 'object' && bound !== null ? bound.port : null
  let closing: Promise<void> | undefined
  return {
    url:
      port === null
        ? `unix:${address}`
        : `${tls === undefined ? 'http' : 'https'}://${reachable(settings.host ?? address, address)}:${port}`,
    port,
    address,
    close: ({ limit = settings.timeouts.close } = {}) =>
      (closing ??= shutDown(server, sockets, inFlight, started, limit)),
    reloadTls(given) {
      if (tls === undefined)
        throw new TypeError('@fsgi/server-node: reloadTls() is for a server that was started with tls')
      const checked = checkTls(given)
      ;(server as HttpsServer).setSecureContext(checked)
    },
  }
}

/** A wildcard is no address to connect to. */
function reachable(host: string, address: string): string {
  if (address === '0.0.0.0' || address === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
