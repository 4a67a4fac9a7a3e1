import { abortable } from './abortable.ts'
import { callApp } from '../server/call-app.ts'
import { endWithBody } from '../server/end-with-body.ts'
import { Exchange } from '../server/exchange.ts'
import { normalPathname } from '../path.ts'
import { normalRequest } from '../server/normal-request.ts'
import type { App } from '../app.ts'
import type { Context } from '../context.ts'
import type { Facts } from '../server/exchange.ts'

/**
 * What the context shall say: any of its own members that a server states, `report` and `waitUntil` to see what reaches the
 * operator, and the values that the layers above would have added.
 */
export type DispatchContext<C extends Context> = Partial<
  Pick<
    Context,
    'peerAddress' | 'remoteAddress' | 'localAddress' | 'protocol' | 'encrypted' | 'target' | 'mount' | 'env'
  > &
    Pick<Context, 'report' | 'waitUntil' | 'sendInformational'>
> &
  Omit<C, keyof Context>

/**
 * Sends a request to an app as a server would, and gives the response as a client would get it: HEAD and bodyless statuses
 * have no body, `content-length` is set or enforced, hop-by-hop fields are gone, an error is a plain 500, and what was
 * deferred runs when the body has been read. Aborting `request.signal` or cancelling the body is a client that leaves.
 *
 * ```ts
 * const response = await dispatch(app, '/hello?name=Ada')
 * ```
 * @throws the reason of `request.signal`, if it aborts before the response.
 */
export async function dispatch<C extends Context = Context>(
  app: App<C>,
  request: Request | string,
  ...[context]: {} extends DispatchContext<C> ? [context?: DispatchContext<C>] : [context: DispatchContext<C>]
): Promise<Response> {
  const given: Given = context ?? {}
  const asked = typeof request === 'string' ? new Request(new URL(request, 'http://localhost'), LOCALHOST) : request
  const sent = abortable(normalRequest(asked))
  const exchange = new Exchange(factsOf(sent, given), {
    report: given.report ?? ((error) => console.error(error)),
    waitUntil: given.waitUntil ?? (() => {}),
  })
  const values = Object.fromEntries(Object.entries(given).filter(([name]) => !STATED.has(name)))
  const answering = callApp(
    (request, context) => app(request, context.with<{}>(values) as unknown as C),
    sent,
    exchange,
  )
  const response = await untilAborted(answering, asked.signal, exchange)
  return endWithBody(response, exchange, sent.method)
}

type Given = Partial<Record<string, unknown>> & Partial<Facts> & Partial<Pick<Context, 'report' | 'waitUntil'>>

const LOCALHOST = { headers: { host: 'localhost' } }
const LOOPBACK = { address: '127.0.0.1', port: 50000, family: 'IPv4' } as const
const STATED: ReadonlySet<string> = new Set([
  'peerAddress',
  'remoteAddress',
  'localAddress',
  'protocol',
  'encrypted',
  'target',
  'mount',
  'env',
  'report',
  'waitUntil',
  'sendInformational',
])

function factsOf(request: Request, given: Given): Facts {
  const url = new URL(request.url)
  const peerAddress = given.peerAddress === undefined ? LOOPBACK : given.peerAddress
  return {
    peerAddress,
    remoteAddress: given.remoteAddress === undefined ? peerAddress : given.remoteAddress,
    localAddress: given.localAddress ?? null,
    protocol: given.protocol ?? 'HTTP/1.1',
    encrypted: given.encrypted ?? url.protocol === 'https:',
    target: given.target ?? url.pathname + url.search,
    pathname: normalPathname(url.pathname),
    mount: given.mount ?? '',
    env: given.env ?? {},
    sendInformational: given.sendInformational,
  }
}

/** The response, unless the client leaves first: then what the app still answers is cancelled and the exchange ends. */
function untilAborted(
  answering: Response | Promise<Response>,
  signal: AbortSignal,
  exchange: Exchange,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      exchange.abort(signal.reason)
      reject(signal.reason as Error)
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    void Promise.resolve(answering).then((response) => {
      signal.removeEventListener('abort', leave)
      if (!exchange.aborted) return resolve(response)
      return exchange.leave(signal.reason, response.body, null)
    })
  })
}
