/** Whether a value can be read as a Response, also one of another realm or library (SPEC S18). */
export function isResponse(value: unknown): value is Response {
  if (value instanceof Response) return value.status !== 0
  if (typeof value !== 'object' || value === null) return false
  const { status, headers, body } = value as Partial<Response>
  const streams = body === null || typeof body?.getReader === 'function'
  return typeof status === 'number' && status !== 0 && typeof headers?.getSetCookie === 'function' && streams
}
