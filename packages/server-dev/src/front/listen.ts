import { serve } from '@fsgi/server-node'
import type { App } from '@fsgi/core'
import type { Server, Tls } from '@fsgi/server-node'

/** The open ports of a development server: two where it listens on both loopback addresses. */
export interface Listening {
  readonly port: number
  close(): Promise<void>
}

export interface ListenFacts {
  readonly port: number
  /** Undefined: both loopback addresses, because `localhost` may mean either; true: all addresses. */
  readonly host: string | true | undefined
  /** Key and certificate in PEM, for HTTPS. */
  readonly tls: Tls | undefined
  report(error: unknown): void
}

/** A person at a terminal is waiting for the end, and nobody else; and uploads may take as long as they like. */
const timeouts = { close: 2_000, request: 0 }

/**
 * Listens on the port, or on the next that is free.
 * @throws what `serve` throws, if no port can be had.
 */
export async function listen(app: App, facts: ListenFacts): Promise<Listening> {
  for (let port = facts.port; ; port = facts.port === 0 ? 0 : port + 1) {
    try {
      return await listenOn(app, port, facts)
    } catch (error) {
      if (!isCode(error, 'EADDRINUSE') || port - facts.port > 100 || port >= 65_535) throw error
    }
  }
}

async function listenOn(app: App, port: number, { host, tls, report }: ListenFacts): Promise<Listening> {
  const on = (host: string, port: number): Promise<Server> =>
    serve(app, { port, host, report, timeouts, ...(tls && { tls }) })
  if (host === true) return asListening([(await ifThere(() => on('::', port))) ?? (await on('0.0.0.0', port))])
  const loopback = host === undefined || /(^|\.)localhost\.?$/i.test(host) // RFC 6761 §6.3, whatever the resolver knows
  const first = await on(loopback ? '127.0.0.1' : host, port)
  if (!loopback) return asListening([first])
  try {
    const second = await ifThere(() => on('::1', first.port!))
    return asListening(second === undefined ? [first] : [first, second])
  } catch (error) {
    await first.close()
    throw error
  }
}

function asListening(servers: readonly Server[]): Listening {
  return {
    port: servers[0]!.port!,
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  }
}

/** Undefined where the machine has no IPv6. */
async function ifThere(start: () => Promise<Server>): Promise<Server | undefined> {
  try {
    return await start()
  } catch (error) {
    if (isCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) return undefined
    throw error
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && codes.includes(code)
}
