import { checkOptions } from './check-options.ts'
import { claimReader } from './relay/relay-claims.ts'
import { forward } from './relay/forward.ts'
import { runServer } from './run-server.ts'
import type { Agent } from 'node:http'
import type { App, Context, Entry } from '@fsgi/core'
import type { ServeOptions } from './options.ts'
import type { Server } from './run-server.ts'

export { exchangeName } from './relay/exchange-name.ts'
export { RelayError } from './relay/relay-error.ts'

export interface RelayOptions {
  /** The path of the Unix socket on which the back listens. */
  readonly socket: string
  /** A secret that front and back share: letters, digits, `-` and `_`. It says that what the front tells about the client is true. */
  readonly token: string
  /** How connections to the back are made. Default: a new one for each exchange. */
  readonly agent?: Agent
  /** A name for the exchange, for logs and tools: the back has it from `exchangeName(context)`, and no layer sees it. */
  readonly nameExchange?: (context: Context) => string | undefined
}

/**
 * An app that passes each exchange on to another process, where `serveRelay` answers it as if the client had connected there:
 * same target, fields, addresses, scheme; bodies, informational responses, back-pressure and aborts in both directions.
 *
 * ```ts
 * const front = await serve(relay({ socket: '/run/app/back.sock', token }), { port: 3000 })
 * ```
 * The app rejects with a `RelayError` if the back cannot be reached or breaks off before it answers; a body that the back does
 * not finish fails with one.
 */
export function relay(options: RelayOptions): App {
  checkToken(options.token)
  checkOptions({ socket: options.socket })
  return forward(options)
}

export interface ServeRelayOptions extends Pick<
  ServeOptions,
  'maxHeaderBytes' | 'maxBodyBytes' | 'timeouts' | 'env' | 'report'
> {
  readonly socket: string
  readonly token: string
}

/**
 * Serves an entry to the `relay` of another process. It believes what the front says about the client, and answers 403 to
 * whoever has not the token. Limits and timeouts of requests are the front's business and off here unless given.
 */
export async function serveRelay(entry: Entry, { token, ...options }: ServeRelayOptions): Promise<Server> {
  checkToken(token)
  const timeouts = { headers: 0, request: 0, send: 0, ...options.timeouts }
  const settings = checkOptions({ maxHeaderBytes: 1024 * 1024, maxBodyBytes: Infinity, ...options, timeouts })
  return runServer(entry, settings, claimReader(token), true)
}

function checkToken(token: unknown): void {
  if (typeof token === 'string' && /^[\w-]{16,}$/.test(token)) return
  throw new TypeError("@fsgi/server-node: option 'token' must be at least 16 letters, digits, '-' and '_'")
}
