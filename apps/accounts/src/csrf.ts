import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Session } from '@fsgi/middleware-session'
import type { Visitor } from './visitor.ts'

/**
 * The token for the forms of a page: proves that a page of this site, of this session, sent them. It is never the same
 * twice: a random mask, and the secret under it, so that the length of the compressed page tells nothing about it (BREACH).
 */
export async function csrfToken(session: Session<Visitor>): Promise<string> {
  const secret = await session.derive('csrf')
  const mask = randomBytes(secret.length)
  return Buffer.concat([mask, xor(secret, mask)]).toString('base64url')
}

/**
 * Whether a form has the token. A request without a session has no token that could be right, and must not be given a
 * session for asking: the new cookie would take the place of the one that the browser keeps from other sites.
 */
export async function hasCsrfToken(session: Session<Visitor>, form: URLSearchParams): Promise<boolean> {
  if (session.isNew) return false
  const secret = await session.derive('csrf')
  const sent = Buffer.from(form.get('csrf') ?? '', 'base64url')
  if (sent.length !== 2 * secret.length) return false
  return timingSafeEqual(xor(sent.subarray(secret.length), sent.subarray(0, secret.length)), secret)
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ b[index]!))
}
