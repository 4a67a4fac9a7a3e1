import { bodyOf, editHeaders, headersOf, reply } from '@fsgi/core'

/**
 * A response for one visitor only. An app must make a new one for each call (SPEC A2); if one returns the same to everybody all
 * the same, it would hand on the cookie that was put into it. A stream is sent once, so that nobody else can get it.
 */
export function ownCopy(response: Response): Response {
  const body = bodyOf(response)
  if (body === undefined) return response
  const copy = reply(body, response)
  return headersOf(response).has('content-type') ? copy : editHeaders(copy, (head) => head.delete('content-type'))
}
