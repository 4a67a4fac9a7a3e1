import type { Socket } from 'node:net'

/** How long a connection that is to be closed may take to send what was written to it. */
export const LINGER_MS = 2_000

/** Closes a connection when what was written to it has been sent, but soon. */
export function breakOff(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.on('close', () => clearTimeout(timer))
  socket.destroySoon()
}

/** Closes a connection at once, and where the transport can say so (TCP) as one that was broken, not ended. */
export function reset(socket: Socket): void {
  if (socket.remoteAddress === undefined || 'encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}
