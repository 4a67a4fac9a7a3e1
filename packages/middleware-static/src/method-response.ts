import { reply } from '@fsgi/core'

const ALLOW = 'GET, HEAD, OPTIONS'

/** The answer to any method but GET and HEAD where the path is a file's: what is allowed (RFC 9110 §9.3.7, §15.5.6). */
export function methodResponse(method: string): Response {
  if (method === 'OPTIONS') return reply(null, { status: 204, headers: { allow: ALLOW } })
  return reply(null, { status: 405, headers: { allow: ALLOW, 'content-length': '0' } })
}
