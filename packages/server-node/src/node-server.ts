import * as http from 'node:http'
import * as https from 'node:https'
import { answerClientError, answerOnSocket } from './client-error.ts'
import { handleRequest } from './handle-request.ts'
import { hasLastResponse } from './last-response.ts'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import type { Settings } from './check-options.ts'
import type { Site } from './handle-request.ts'

/** The node:http or node:https server of a site, not listening yet. */
export function nodeServer(site: Site, settings: Settings): http.Server {
  const { timeouts } = settings
  const options: http.ServerOptions = {
    maxHeaderSize: settings.maxHeaderBytes,
    headersTimeout: timeouts.request === 0 ? timeouts.headers : Math.min(timeouts.headers, timeouts.request),
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.idle,
    connectionsCheckingInterval: checkingInterval([timeouts.headers, timeouts.request]),
    requireHostHeader: false, // checked with the rest, and answered with a text
    noDelay: true,
  }
  const server =
    settings.tls === undefined ? http.createServer(options) : https.createServer({ ...options, ...settings.tls })
  server.maxHeadersCount = 0 // the limit is in bytes; node:http would drop what exceeds its number in silence
  server.on('request', (request, response) => handle(request, response, false))
  server.on('checkContinue', (request, response) => handle(request, response, true))
  server.on('clientError', (error, socket) =>
    answerClientError(error, socket as Socket, site.inFlight, settings.maxHeaderBytes),
  )
  server.on('connect', (_request: unknown, socket: Duplex) => answerOnSocket(socket, 501)) // SPEC S4
  return server

  /** A mistake of this package must not end the process. */
  function handle(request: http.IncomingMessage, response: http.ServerResponse, waiting: boolean): void {
    if (hasLastResponse(request.socket)) return void request.resume()
    try {
      handleRequest(site, request, response, waiting)
    } catch (error) {
      settings.report(error)
      request.socket.destroy()
    }
  }
}

/** Often enough that a limit is not exceeded by much. */
function checkingInterval(limits: readonly number[]): number {
  const shortest = Math.min(...limits.filter((limit) => limit > 0), 20_000)
  return Math.max(50, shortest / 4)
}
