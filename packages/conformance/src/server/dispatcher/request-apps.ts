import type { CaseApp } from './probe.ts'

/** What an app is given, told in the response's body. */
export const requestApps: Readonly<Record<string, CaseApp>> = {
  async seen(request, context) {
    const { target, mount, path, protocol, encrypted } = context
    const headers = [...request.headers].filter(([name]) => !name.startsWith('x-fsgi-'))
    const body = request.body === null ? 'null' : 'stream'
    if (request.body !== null) await request.arrayBuffer() // one that nobody reads is another case
    return json({ method: request.method, url: request.url, headers, body, target, mount, path, protocol, encrypted })
  },

  'seen-in-fields': (request, { path }) =>
    new Response(null, { headers: { 'x-method': request.method, 'x-path': encodeURI(path) } }),

  /** For requests that no app may see. */
  called(_request, _context, { emit }) {
    emit('called')
    return new Response('called')
  },

  barrier(_request, _context, { emit }) {
    emit('barrier')
    return new Response(null)
  },
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } })
}
