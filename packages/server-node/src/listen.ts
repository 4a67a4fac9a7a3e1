import { connect } from 'node:net'
import { chmod, lstat, unlink } from 'node:fs/promises'
import { isMainThread } from 'node:worker_threads'
import type { Server } from 'node:http'

export interface Place {
  readonly port: number
  readonly host: string
  readonly socket: string | undefined
  /** Whether nobody but the owner of the process may connect to the Unix socket. */
  readonly ownerOnly: boolean
}

/** Listens. @throws {Error} of one line that says what is in the way, with the system's `code` and `listening: false`. */
export async function listen(server: Server, place: Place): Promise<void> {
  try {
    await attempt(server, place)
  } catch (error) {
    if (place.socket === undefined || codeOf(error) !== 'EADDRINUSE' || !(await isAbandoned(place.socket))) {
      throw explained(error, place)
    }
    // A server that was killed leaves its socket file behind.
    await unlink(place.socket)
    await attempt(server, place).catch((again: unknown) => {
      throw explained(again, place)
    })
  }
}

async function attempt(server: Server, { port, host, socket, ownerOnly }: Place): Promise<void> {
  // A socket gets its mode from the umask, when it is bound: which node:net does before listen() returns.
  const umask = ownerOnly && isMainThread ? process.umask(0o177) : undefined
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket === undefined ? { port, host } : { path: socket }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  if (umask !== undefined) process.umask(umask)
  await listening
  if (ownerOnly && !isMainThread) await chmod(socket!, 0o600) // a worker thread cannot set the umask
}

/** Whether a path is a Unix socket that nobody listens on. */
async function isAbandoned(path: string): Promise<boolean> {
  if (!(await lstat(path).catch(() => undefined))?.isSocket()) return false
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.on('connect', () => {
      probe.destroy()
      resolve(false)
    })
    probe.on('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED'))
  })
}

function explained(error: unknown, { port, host, socket }: Place): Error {
  const code = codeOf(error)
  const what = socket === undefined ? `port ${port}` : `the socket ${socket}`
  const text = REASONS[code]?.(what, host) ?? `cannot listen on ${what}: ${(error as Error).message}`
  return Object.assign(new Error(text, { cause: error }), { code, listening: false })
}

const REASONS: Record<string, ((what: string, host: string) => string) | undefined> = {
  EADDRINUSE: (what) => `${what} is in use: stop the program that listens there, or choose another`,
  EACCES: (what) =>
    what.startsWith('port')
      ? `${what} needs a privilege that this process has not: choose one from 1024 on`
      : `${what} cannot be made: its directory does not exist, or may not be written to`, // libuv says EACCES for both
  EADDRNOTAVAIL: (_, host) => `the host ${host} is not an address of this machine`,
  ENOTFOUND: (_, host) => `the host ${host} is not known`,
}

function codeOf(error: unknown): string {
  return (error as { code?: string } | null)?.code ?? ''
}
