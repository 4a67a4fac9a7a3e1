import { reply } from '@fsgi/core'
import type { Visit } from './visit.ts'

/** Goes to a page, which says `notice` once. A reload of that page does not send the form again (RFC 9110 §15.4.4). */
export function seeOther({ session }: Visit, location: string, notice: string): Response {
  session.flash('notice', notice)
  return reply(null, { status: 303, headers: { location } })
}
