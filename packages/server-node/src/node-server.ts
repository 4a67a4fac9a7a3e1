import * as http from 'node:http'
import * as https from 'node:https'
import { answerClientError, answerOnSocket } from './client-error.ts'
import { handleRequest } from './handle-request.ts'
import type { Duplex } from 'node:stream'
import type { Settings } from './options.ts'
import type { Site } from './handle-request.ts'

/** The node:http or node:https server of a site, not listening yet. */
export function nodeServer(site: Site, settings: Settings): http.Server {
  const { timeouts } = settings
  const options: http.ServerOptions = {
    maxHeaderSize: settings.maxHeaderBytes,
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.idle,
    connectionsCheckingInterval: checkingInterval([timeouts.headers, timeouts.request]),
    requireHostHeader: false, // checked with the rest, and answered with a text
    noDelay: true,
  }
  const server =
    settings.tls === undefined ? http.createServer(options) : https.createServer({ ...options, ...settings.tls })
  server.maxHeadersCount = 0 // the limit is in bytes; node:http would drop what exceeds its number in silence
  server.on('request', (request, response) => handleRequest(site, request, response, false))
  server.on('checkContinue', (request, response) => handleRequest(site, request, response, true))
  server.on('clientError', answerClientError)
  server.on('connect', (_request: unknown, socket: Duplex) => answerOnSocket(socket, 501)) // SPEC S4
  return server
}

/** Often enough that a limit is not exceeded by much. */
function checkingInterval(limits: readonly number[]): number {
  const shortest = Math.min(...limits.filter((limit) => limit > 0), 20_000)
  return Math.max(50, shortest / 4)
}
