import { editHeaders, mount } from '@fsgi/core'
import { lint } from '@fsgi/core/lint'
import type { Finding } from '@fsgi/core/lint'
import type { Middleware } from '@fsgi/core'

/** What stands between the server and the app of a case, which none of the cases may notice. */
export type Mode = 'bare' | 'identity' | 'headers' | 'transform' | 'lint' | 'mount'

export const everyMode: readonly Mode[] = ['bare', 'identity', 'headers', 'transform', 'lint', 'mount']

/** The prefix below which a mode puts the app, as it is spelled in a URL. */
export function mountOf(mode: Mode): string {
  return mode === 'mount' ? '/m%20n' : ''
}

/** The middleware of a mode. `found` is told of what lint holds the server responsible for. */
export function middlewareOf(mode: Mode, found: (finding: Finding) => void): Middleware {
  const onFinding = (finding: Finding): void => void (finding.side === 'server' && found(finding))
  const modes: Record<Mode, Middleware> = {
    bare: (app) => app,
    identity: (app) => (request, context) => app(request, context),
    headers: (app) => async (request, context) =>
      editHeaders(await app(request, context), (headers) => headers.append('x-added', 'yes')),
    transform: (app) => async (request, context) => transformed(await app(request, context)),
    lint: (app) => lint(app, { mode: 'warn', onFinding }),
    mount: (app) => mount({ '/m n': app }),
  }
  return modes[mode]
}

/** Passes the bytes on as they are, through a stream of its own. */
function transformed(response: Response): Response {
  if (!(response instanceof Response) || response.body === null || response.bodyUsed || response.body.locked)
    return response
  return new Response(response.body.pipeThrough(new TransformStream()), response)
}
