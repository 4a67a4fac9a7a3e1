import type { HeaderFields } from '@fsgi/core'

/** Says that the request's Accept-Encoding had a part in choosing this response (RFC 9110 §12.5.5), unless it is said. */
export function varyOnAcceptEncoding(head: HeaderFields): void {
  const said = head.get('vary')
  if (said === null || !NAMED.test(said)) head.append('vary', 'Accept-Encoding')
}

const NAMED = /(?:^|,)[ \t]*(?:\*|accept-encoding)[ \t]*(?:,|$)/i
