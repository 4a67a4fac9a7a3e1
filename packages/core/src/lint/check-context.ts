import { DERIVE, EXCHANGE } from '../derive.ts'
import { describe } from '../server/describe.ts'
import { isBelow, normalPathname, pathBelow } from '../path.ts'
import { isOfServer, isWrapped } from './watch-context.ts'
import type { Context } from '../context.ts'
import type { Frame } from './frame.ts'

/** Whether a value is a context, as far as its brand says. */
export function checkBrand(context: unknown, frame: Frame): context is Context {
  if (typeof context !== 'object' || context === null) {
    frame.found('context-missing', `the app is called with ${describe(context)} as its context`)
    return false
  }
  if (DERIVE in context) return true
  frame.found('context-brand', `the context is ${describe(context)}, which a server did not make`)
  return false
}

/** Looks at what a context says, and whether it is true of the request that comes with it. */
export function checkContext(context: Context, request: Request, frame: Frame): void {
  for (const [name, [expected, holds]] of Object.entries(members)) {
    const value = context[name as keyof Context] as unknown
    if (!holds(value)) frame.found('context-members', `context.${name} is ${describe(value)}, expected ${expected}`)
  }
  checkOrigin(context, frame)
  checkEnv(context.env, request.headers, frame)
  const { mount, path } = context
  if (typeof mount !== 'string' || typeof path !== 'string') return
  const pathname = normalPathname(new URL(request.url).pathname)
  if (mount !== '' && (!mount.startsWith('/') || mount.endsWith('/'))) {
    frame.found('context-mount', `context.mount is '${mount}', which does not begin with '/' or ends with one`)
  } else if (!isBelow(pathname, mount)) {
    frame.found('context-mount', `context.mount is '${mount}', but the URL's pathname '${pathname}' is not below it`)
  } else if (path !== pathBelow(pathname, mount)) {
    frame.found('context-path', `context.path is '${path}', but of this URL it is '${pathBelow(pathname, mount)}'`)
  }
}

/** Whether the context is of an exchange, and one that a server or a function of core made. */
function checkOrigin(context: Context, frame: Frame): void {
  const exchange = exchangeOf(context)
  if (typeof exchange !== 'object' || exchange === null) {
    frame.found('context-members', `context[Symbol.for('fsgi.exchange')] is ${describe(exchange)}, expected an object`)
  }
  if (!isWrapped(context)) return
  const changed = changedMember(context, frame)
  if (changed !== undefined) frame.found('optional-member', changed)
  else frame.found('context-wrapped', 'the context is an object made around another one, not derived from it')
}

/** What an object around a context says of the optional members, where that is not what the server says. */
function changedMember({ sendInformational }: Context, { parent }: Frame): string | undefined {
  const given = parent?.context.sendInformational
  if (sendInformational === given) return undefined
  if (sendInformational === undefined) return 'context.sendInformational is hidden'
  if (given === undefined) return 'context.sendInformational is there, but the server has none'
  return isOfServer(sendInformational) ? undefined : "context.sendInformational is not the server's"
}

/** Whether the environment has what a gateway makes of a request (RFC 3875 §4.1); the operator may set HTTP_PROXY (SPEC S32). */
function checkEnv(env: unknown, headers: Headers, frame: Frame): void {
  if (typeof env !== 'object' || env === null) return
  for (const name of Object.keys(env)) {
    const field = /^HTTP_([A-Z0-9_]+)$/.exec(name)?.[1]?.toLowerCase().replaceAll('_', '-')
    const value = field === undefined ? null : headers.get(field)
    if (META.has(name) || (value !== null && value === (env as Record<string, unknown>)[name])) {
      frame.found('env-request', `context.env has '${name}', which is of the request`)
    }
  }
}

const META: ReadonlySet<string> = new Set([
  'GATEWAY_INTERFACE',
  'PATH_INFO',
  'QUERY_STRING',
  'REMOTE_ADDR',
  'REQUEST_METHOD',
  'REQUEST_URI',
  'SCRIPT_NAME',
])

function exchangeOf(context: Context): unknown {
  return (context as Context & { [EXCHANGE]?: unknown })[EXCHANGE]
}

const func = ['a function', (value: unknown) => typeof value === 'function'] as const
const text = ['a string', (value: unknown) => typeof value === 'string'] as const
const address = ['an address or null', (value: unknown) => value === null || isAddress(value)] as const
const PROTOCOLS: readonly unknown[] = ['HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'HTTP/3']

const members: Readonly<Record<keyof Context, readonly [expected: string, holds: (value: unknown) => boolean]>> = {
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  peerAddress: address,
  remoteAddress: address,
  localAddress: address,
  protocol: ["'HTTP/1.0', 'HTTP/1.1', 'HTTP/2' or 'HTTP/3'", (value) => PROTOCOLS.includes(value)],
  encrypted: ['a boolean', (value) => typeof value === 'boolean'],
  target: text,
  mount: text,
  path: text,
  env: ['an object', (value) => typeof value === 'object' && value !== null],
  waitUntil: func,
  defer: func,
  report: func,
  with: func,
  sendInformational: ['a function or undefined', (value) => value === undefined || typeof value === 'function'],
}

function isAddress(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { address, port, family } = value as Record<string, unknown>
  return typeof address === 'string' && typeof port === 'number' && (family === 'IPv4' || family === 'IPv6')
}
