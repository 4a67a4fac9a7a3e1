import { toFetch } from '@fsgi/core'
import { relay, serveRelay } from '@fsgi/server-node/relay'
import type { Entry } from '@fsgi/core'

/**
 * Does once what the first file and the first request would have to wait for: esbuild's process is started, and an exchange
 * goes the whole way, through code that Node compiles when it is used.
 *
 * @param entry answers anything with a 200; `at` is where it can be served for a moment.
 */
export async function warmUp(entry: Entry, at: { readonly socket: string; readonly token: string }): Promise<void> {
  await import(BROKEN).catch(() => {}) // what does not parse is not kept in tsx's cache
  const { socket, token } = at
  const server = await serveRelay(entry, { socket, token })
  const send = toFetch(relay({ socket, token }))
  for (const method of ['GET', 'POST']) {
    const body = method === 'POST' ? 'warm' : null
    await (await send(new Request('http://localhost/', { method, body }))).text()
  }
  await server.close()
}

const BROKEN: string = 'data:text/javascript,)//.ts'
