import { reply } from '@fsgi/core'
import type { Coding } from './coding.ts'

/** The answer to a client that accepts nothing of what there is (RFC 9110 §15.5.7). */
export function notAcceptable(offered: readonly Coding[]): Response {
  return reply(`Not acceptable: content is available with the codings ${offered.join(', ')} and identity\n`, {
    status: 406,
    headers: { vary: 'Accept-Encoding' },
  })
}
