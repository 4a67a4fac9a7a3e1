import { Server as NetServer } from 'node:net'
import type { InFlight } from './in-flight.ts'
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Started } from '@fsgi/core/server'

/** Stops a server gracefully (SPEC S36). `sockets` are those that node:http does not know of. Never rejects. */
export async function shutDown(
  server: Server,
  sockets: ReadonlySet<Duplex>,
  inFlight: InFlight,
  started: Started,
  limit: number,
): Promise<void> {
  inFlight.closing = true
  started.beginShutdown()
  // Not node:http's close(), which also destroys connections whose last response is still being flushed to a slow client.
  NetServer.prototype.close.call(server)

  await ended(server, inFlight, limit)
  const reason = new DOMException('the server is shutting down', 'AbortError')
  for (const delivery of inFlight.deliveries) delivery.giveUp(reason)
  if (!inFlight.isEmpty) await ended(server, inFlight, CLEANUP_MS)
  server.closeAllConnections()
  for (const socket of sockets) socket.destroy()
  server.close() // for node:http's own timer; it stopped listening above
  await started.close()
}

/** How long what was deferred may take after its exchange was aborted. */
const CLEANUP_MS = 1_000

/** Resolves when nothing is in flight, or after `limit` milliseconds. Meanwhile closes connections that become idle. */
function ended(server: Server, inFlight: InFlight, limit: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, limit)
    function finish(): void {
      clearTimeout(timer)
      inFlight.onChange = undefined
      resolve()
    }
    inFlight.onChange = () => {
      if (!inFlight.isFlushing) server.closeIdleConnections()
      if (inFlight.isEmpty) finish()
    }
    inFlight.onChange()
  })
}
