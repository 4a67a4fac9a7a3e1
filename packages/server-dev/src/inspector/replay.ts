import { Exchange, callApp, endWithBody, normalPathname } from '@fsgi/core/server'
import type { App } from '@fsgi/core'
import type { KeptRequest } from './kept-request.ts'
import type { Replay } from './exchanges.ts'

const PATIENCE = 30_000 // ms for a response: some never end

/**
 * Sends a request again, to an app as its server would, from the client that it came from; what is answered is read and thrown away.
 * Gives the id of the new exchange.
 * @throws {Error} that says why it cannot be sent again.
 */
export function replay(kept: KeptRequest, of: number, app: App, report: (error: unknown) => void): number {
  const request = kept.again()
  const facts = {
    ...kept.facts,
    protocol: 'HTTP/1.1' as const,
    pathname: normalPathname(new URL(request.url).pathname),
    mount: '',
    env: {},
  }
  const exchange = new Exchange(facts, { report, waitUntil() {} })
  let id: number | undefined
  const again: Replay = { of, begun: (begun) => (id = begun) }
  void finish(
    callApp((given, context) => app(given, context.with<{}>({ replay: again })), request, exchange),
    request,
    exchange,
  )
  if (id === undefined) throw new Error('the request cannot be sent again: the server does not answer it any more')
  return id
}

async function finish(answer: Response | Promise<Response>, request: Request, exchange: Exchange): Promise<void> {
  const late = new DOMException('a response that is sent again for the inspector has 30 seconds', 'TimeoutError')
  const timer = setTimeout(() => exchange.abort(late), PATIENCE).unref()
  try {
    const response = await answer
    const body = endWithBody(response, exchange, request.method).body
    const stop = (): void => void body?.cancel(late).catch(() => {})
    await body?.pipeTo(new WritableStream(), { signal: exchange.signal }).catch(stop)
  } finally {
    clearTimeout(timer)
  }
}
