import { serve } from '@fsgi/server-node'
import type { App } from '@fsgi/core'
import type { Server } from '@fsgi/server-node'

/** The open ports of a development server: two where it listens on both loopback addresses. */
export interface Listening {
  readonly port: number
  close(): Promise<void>
}

export interface ListenFacts {
  readonly port: number
  /** Undefined: both loopback addresses, because `localhost` may mean either. */
  readonly host: string | undefined
  report(error: unknown): void
}

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

async function listenOn(app: App, port: number, { host, report }: ListenFacts): Promise<Listening> {
  if (host !== undefined) return serve(app, { port, host, report })
  const first = await serve(app, { port, host: '127.0.0.1', report })
  const second = await onIPv6(app, first, report)
  return {
    port: first.port,
    close: async () => void (await Promise.all([first.close(), second?.close()])),
  }
}

/** The same port on ::1, where the machine has IPv6. */
async function onIPv6(app: App, { port, close }: Server, report: (error: unknown) => void): Promise<Server | undefined> {
  try {
    return await serve(app, { port, host: '::1', report })
  } catch (error) {
    if (isCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) return undefined
    await close()
    throw error
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && codes.includes(code)
}
