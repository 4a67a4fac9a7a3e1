/**
 * Whether a browser asks for a page to show, in a window or a frame: not a script of a page, nor curl or a test, which are to
 * see the exact bytes. Browsers say so in Sec-Fetch-Dest, but only to origins that are secure or on this machine; to others
 * they send `Upgrade-Insecure-Requests` with navigations only.
 */
export function isPageRequest({ method, headers }: Request): boolean {
  if (method !== 'GET') return false // a page that answers a form cannot be loaded again without sending it again
  const dest = headers.get('sec-fetch-dest')
  if (dest !== null) return dest === 'document' || dest === 'iframe' || dest === 'frame'
  return headers.get('upgrade-insecure-requests') === '1' && wantsHtml(headers)
}

/** Browsers name text/html when they navigate; curl and fetch() say that anything will do (RFC 9110 §12.5.1). */
export function wantsHtml(headers: Headers): boolean {
  return /\btext\/html\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(headers.get('accept') ?? '')
}
