/**
 * The runtime's own Response class, whatever a library has put in its place: a subclass of a replaced global may be sent
 * with an empty body by servers that read its insides (@hono/node-server replaces it by such a subclass).
 */
export const NativeResponse: typeof Response = rootClass(globalThis.Response)

/** Whether a value is a Fetch Response: of this realm, or of another or a ponyfill that has its members (SPEC S18). */
export function isResponse(value: unknown): value is Response {
  if (value instanceof NativeResponse) return true
  if (typeof value !== 'object' || value === null) return false
  const { status, headers, body } = value as Partial<Response>
  return (
    typeof status === 'number' &&
    typeof headers?.getSetCookie === 'function' &&
    typeof headers[Symbol.iterator] === 'function' &&
    (body === null || typeof body?.getReader === 'function')
  )
}

function rootClass(start: typeof Response): typeof Response {
  let found = start
  for (;;) {
    const parent = Object.getPrototypeOf(found) as typeof Response
    if (parent === Function.prototype) return found
    found = parent
  }
}
