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

async function listenOn(app: App, port: number, { host, report }: ListenFacts): Promise<Listening> {
  const on = (host: string, port: number): Promise<Server> => serve(app, { port, host, report, timeouts })
  const first = await on(host ?? '127.0.0.1', port)
  const bound = first.port!
  const second = host === undefined ? await onIPv6(() => on('::1', bound), first) : undefined
  return { port: bound, close: async () => void (await Promise.all([first.close(), second?.close()])) }
}

/** The same port on ::1, where the machine has IPv6. */
async function onIPv6(start: () => Promise<Server>, first: Server): Promise<Server | undefined> {
  try {
    return await start()
  } catch (error) {
    if (isCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) return undefined
    await first.close()
    throw error
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && codes.includes(code)
}
