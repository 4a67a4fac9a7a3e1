import { describe } from '../server/describe.ts'
import { HOP_BY_HOP } from '../hop-by-hop.ts'
import { normalPathname } from '../path.ts'
import type { Frame } from './frame.ts'

/** Looks at the request that an app is called with. `given` holds the bodies that this app was called with before. */
export function checkRequest(request: unknown, given: WeakSet<ReadableStream>, frame: Frame): request is Request {
  if (!isGenuine(request)) {
    const what = request instanceof Request ? 'an object with a borrowed Request.prototype' : describe(request)
    frame.found('request-genuine', `the request is ${what}, not a Request`)
    return false
  }
  checkBody(request, given, frame)
  const url = new URL(request.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    frame.found('request-url', `the scheme of the URL is '${url.protocol}'`)
  else if (url.hash !== '') frame.found('request-url', 'the URL has a fragment')
  else if (normalPathname(url.pathname) !== url.pathname) frame.found('request-url', 'the URL has dot segments')
  checkMethod(request.method, frame)
  checkFields(request.headers, frame)
  return true
}

/** A server passes a method on as it was sent, in whatever case (SPEC S4); another spelling is the choice of a middleware. */
function checkMethod(method: string, frame: Frame): void {
  const capitals = method.toUpperCase()
  if (capitals === method || !METHODS.has(capitals)) return
  if (frame.parent !== undefined && frame.parent.method !== method) {
    frame.found('request-method-case', `the method is '${method}', but the request came with '${frame.parent.method}'`)
  }
}

function checkFields(headers: Headers, frame: Frame): void {
  for (const [name] of headers) {
    if (HOP_BY_HOP.includes(name) || name === 'http2-settings')
      frame.found('request-hop-by-hop', `the request has the field '${name}'`)
  }
  const length = headers.get('content-length')
  if (length !== null && !/^\d+$/.test(length))
    frame.found('request-length-form', `content-length of the request is ${JSON.stringify(length)}`)
}

function checkBody(request: Request, given: WeakSet<ReadableStream>, frame: Frame): void {
  const { body } = request
  if (body === null) return
  if (request.bodyUsed) frame.found('request-body-used', 'the body of the request has been read already')
  else if (body.locked) frame.found('request-body-used', 'the body of the request is locked')
  else if (given.has(body))
    frame.found('request-body-twice', 'the app is called again with a body that it was given before')
  given.add(body)
}

/** The Request constructor makes six of them capital (Fetch, "normalize a method"), but not `patch` and `query`. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'QUERY'])

/** Asks for an internal slot, which an object with a borrowed prototype does not have. */
function isGenuine(value: unknown): value is Request {
  if (!(value instanceof Request)) return false
  try {
    return typeof (method?.get === undefined ? value.method : method.get.call(value)) === 'string'
  } catch {
    return false
  }
}

const method = Object.getOwnPropertyDescriptor(Request.prototype, 'method') // own members instead in workerd's oldest mode
