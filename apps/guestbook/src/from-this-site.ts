/**
 * Whether a request was sent by a page of this site, or by no page at all (the address bar, curl). The session's cookie is
 * SameSite=Lax, which keeps it off most forged requests; this refuses the others, and those that need no cookie.
 */
export function fromThisSite(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site') // Fetch Metadata: scripts cannot set it
  if (site !== null) return site === 'same-origin' || site === 'none'
  const origin = request.headers.get('origin')
  if (origin === null) return true
  // Hosts, not origins: behind a proxy that ends TLS, the scheme here is not the one that the browser sees.
  return URL.canParse(origin) && new URL(origin).host === new URL(request.url).host
}
