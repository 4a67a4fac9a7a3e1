import { bodyOf } from './reply.ts'
import { rebuilt } from './rebuilt.ts'

/**
 * Changes the header fields of a response that is on its way up, and returns the response to go on with: the same one, or,
 * where its headers are immutable (from `fetch`, `Response.redirect`), a new one with the same status, body and known
 * bytes, every `set-cookie` line included (SPEC M9).
 *
 * ```ts
 * return editHeaders(await app(request, context), (headers) => headers.append('vary', 'cookie'))
 * ```
 */
export function editHeaders(response: Response, edit: (headers: Headers) => void): Response {
  if (isMutable(response.headers)) {
    edit(response.headers)
    return response
  }
  const bytes = bodyOf(response)
  const copy = rebuilt(response, bytes === undefined ? response.body : bytes)
  edit(copy.headers)
  return copy
}

/** Deleting a field that is not there is what an immutable guard refuses too, and nothing else notices. */
function isMutable(headers: Headers): boolean {
  try {
    headers.delete('x-fsgi-probe')
    return true
  } catch {
    return false
  }
}
