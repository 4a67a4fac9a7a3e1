import { bodyOf } from './reply.ts'
import { EDIT } from './reply/marks.ts'
import { rebuilt } from './rebuilt.ts'
import type { HeaderFields } from './reply/field-list.ts'
import type { Marked } from './reply/marks.ts'

/**
 * Changes the header fields of a response that is on its way up, and returns the response to go on with: the same one, or,
 * where its headers are immutable (from `fetch`, `Response.redirect`), a new one with the same status, body and known
 * bytes, every `set-cookie` line included (SPEC M9). Of a `reply` it needs no Headers, which cost more than the reply.
 *
 * ```ts
 * return editHeaders(await app(request, context), (headers) => headers.append('vary', 'cookie'))
 * ```
 */
export function editHeaders(response: Response, edit: (headers: HeaderFields) => void): Response {
  const fields = (response as Marked)[EDIT]?.call(response)
  if (fields !== undefined) {
    edit(fields)
    return response
  }
  if (isMutable(response.headers)) {
    edit(response.headers)
    return response
  }
  const bytes = bodyOf(response)
  const copy = rebuilt(response, bytes === undefined ? response.body : bytes)
  edit(copy.headers)
  return copy
}

/**
 * The header fields of a response, to be read. Of a `reply` they are read where they are: making Headers of them costs more
 * than the reply.
 */
export function headersOf(response: Response): Pick<HeaderFields, 'get' | 'has' | 'getSetCookie'> {
  return (response as Marked)[EDIT]?.call(response) ?? response.headers
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
