import { editHeaders, mount, stripMount } from '@fsgi/core'
import type { CaseApp } from './probe.ts'
import type { Context, SocketAddress } from '@fsgi/core'

/** What apps find in the context, and do with it. */
export const contextApps: Readonly<Record<string, CaseApp>> = {
  members: (_request, context) => {
    const { signal, peerAddress, remoteAddress, localAddress, protocol, encrypted, target, mount, path, env } = context
    const functions = [context.waitUntil, context.defer, context.report, context.with]
    return json({
      signal: signal instanceof AbortSignal && !signal.aborted,
      addresses: [peerAddress, remoteAddress, localAddress].map(shapeOf),
      peerAddress,
      remoteAddress,
      localAddress,
      protocol,
      encrypted,
      texts: [typeof target, typeof mount, typeof path],
      env: typeof env,
      functions: functions.map((member) => typeof member),
      exchange: typeof (context as never)[Symbol.for('fsgi.exchange')],
      derive: typeof (context as never)[Symbol.for('fsgi.derive')],
      sendInformational: typeof context.sendInformational,
      reserved: ['upgrade', 'trailers', 'tls', 'priority', 'sent'].filter(
        (name) => (context as never)[name] !== undefined,
      ),
    })
  },

  env: (_request, { env }) =>
    json({ keys: Object.keys(env).filter((key) => /^(HTTP_|REQUEST_|SCRIPT_|PATH_INFO)/.test(key)) }),

  arguments: (_request, _context, { argumentCount }) => json({ argumentCount }),

  genuine: async (request) => {
    const copy = new Request(request, { headers: { 'x-new': 'yes' } })
    const own = Reflect.ownKeys(request).filter((key) => typeof key === 'string')
    return json({
      request: request instanceof Request,
      headers: request.headers instanceof Headers,
      copied: [copy.method, copy.url === request.url, copy.headers.get('x-new'), await copy.clone().text()],
      own,
    })
  },

  /** A mount of its own below whatever there is. */
  mounted: (request, context) => {
    const tell = (_request: Request, { mount, path }: Context): Response => json({ mount, path })
    return mount({ '/api/v 1': tell, '/plain': stripMount((request) => json({ url: request.url })) })(request, context)
  },

  /** A value that a layer adds for those below it. */
  values: async (request, context, { emit, gate }) => {
    const name = request.headers.get('x-name')!
    const below = context.with<{ user: string }>({ user: name })
    const further = below.with<{ role: string }>({ role: `role of ${name}` })
    emit('called')
    await gate('all')
    const seen = [context, below, further].map((each) => [
      (each as { user?: unknown }).user ?? null,
      (each as { role?: unknown }).role ?? null,
    ])
    const exchange = Symbol.for('fsgi.exchange')
    const shared = (context as never)[exchange] === (further as never)[exchange]
    return json({ seen, shared })
  },

  'refused-names': (_request, context) => {
    const names = [
      'signal',
      'defer',
      'with',
      'path',
      'sendInformational',
      'upgrade',
      'trailers',
      'tls',
      'priority',
      'sent',
    ]
    const refused = names.map((name) => {
      try {
        context.with<{}>({ [name]: 1 })
        return `${name} was taken`
      } catch (error) {
        return error instanceof TypeError ? 'TypeError' : String(error)
      }
    })
    return json({ refused, signal: context.signal instanceof AbortSignal })
  },

  'defers-below': (_request, context, { emit }) => {
    context.defer(() => emit('above'))
    context.with<{ user: string }>({ user: 'ada' }).defer(() => emit('below'))
    return new Response('x')
  },

  hints: (request, context, { emit }) => {
    const { sendInformational } = context
    emit('has', typeof sendInformational)
    sendInformational?.(103, [
      ['link', '</a.css>; rel=preload'],
      ['link', '</b.js>; rel=preload'],
    ])
    sendInformational?.(102)
    const response = new Response(`for ${request.headers.get('x-name') ?? 'nobody'}`)
    return editHeaders(response, (headers) => headers.set('x-final', 'yes'))
  },

  'wrong-hints': (_request, context) => {
    const refused = [100, 101, 200, 99, 103.5].map((status) => {
      try {
        context.sendInformational!(status)
        return 'sent'
      } catch (error) {
        return error instanceof RangeError ? 'RangeError' : String(error)
      }
    })
    return json(refused)
  },

  'late-hints': (_request, context, { emit, gate }) => {
    const { sendInformational } = context
    const send = async (): Promise<void> => {
      await gate('answered')
      try {
        sendInformational!(103)
        emit('late', 'sent')
      } catch (error) {
        emit('late', error instanceof Error ? 'Error' : 'thrown')
      }
    }
    context.waitUntil(send())
    return new Response('x')
  },
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } })
}

function shapeOf(address: SocketAddress | null): string {
  if (address === null) return 'null'
  const { address: text, port, family } = address
  const valid = typeof text === 'string' && Number.isInteger(port) && (family === 'IPv4' || family === 'IPv6')
  return valid ? 'SocketAddress' : JSON.stringify(address)
}
