import { middlewareOf } from './modes.ts'
import { bodyApps } from './body-apps.ts'
import { contextApps } from './context-apps.ts'
import { errorApps } from './error-apps.ts'
import { lifetimeApps } from './lifetime-apps.ts'
import { probeOf } from './probe.ts'
import { requestApps } from './request-apps.ts'
import { responseApps } from './response-apps.ts'
import { streamApps } from './stream-apps.ts'
import type { App } from '@fsgi/core'
import type { CaseApp } from './probe.ts'
import type { Mode } from './modes.ts'

/** The apps of all cases, by name. */
export const caseApps: Readonly<Record<string, CaseApp>> = {
  ...requestApps,
  ...bodyApps,
  ...responseApps,
  ...streamApps,
  ...errorApps,
  ...lifetimeApps,
  ...contextApps,
}

/** The app that a host under test serves: the request's field `x-fsgi-case` says which app of the suite answers. */
export const dispatcher: App = function dispatcher(request, context): Response | Promise<Response> {
  // oxlint-disable-next-line prefer-rest-params -- what a rest parameter would see is what is checked here
  const probe = probeOf(request, context, arguments.length)
  const name = request.headers.get('x-fsgi-case')
  if (name === null) return new Response('the app of the conformance suite of FSGI\n')
  const app = caseApps[name]
  if (app === undefined) return new Response(`no app '${name}' in this version of the suite\n`, { status: 501 })
  const mode = (request.headers.get('x-fsgi-mode') ?? 'bare') as Mode
  const middleware = middlewareOf(mode, (finding) => probe.emit('lint', finding.message))
  return middleware((request, context) => app(request, context, probe))(request, context)
}
