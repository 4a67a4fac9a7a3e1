/**
 * Whether a person is on the way to a page, and not a script, a picture or a program to its data: a browser says so with
 * Sec-Fetch-Mode, and every client that wants a page names HTML in Accept; a `*`/`*` alone is no wish for one.
 */
export function isNavigation({ method, headers }: Request): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const mode = headers.get('sec-fetch-mode')
  return (mode === null || mode === 'navigate') && HTML.test(headers.get('accept') ?? '')
}

/** `text/html` as a member of the list whose weight is not 0 (RFC 9110 §12.5.1). */
const HTML = /(?:^|,)[ \t]*text\/html[ \t]*(?:;(?![^,]*\bq=0(?:\.0{0,3})?[ \t]*(?:[;,]|$))[^,]*)?(?:,|$)/i
