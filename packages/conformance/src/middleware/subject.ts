import { dispatch } from '@fsgi/core/testing'
import { lint } from '@fsgi/core/lint'
import type { App, Middleware } from '@fsgi/core'
import type { Subject } from './cases.ts'

/** The middleware under test, linted on both sides, in front of an app that the case brings, under an in-process server. */
export function subjectOf(make: () => Middleware<any, any>, values: Readonly<Record<string, unknown>>): Subject {
  return {
    middleware: make,
    async send(app, request, given = {}) {
      const reports: unknown[] = []
      const findings: string[] = []
      const onFinding = (finding: { message: string }): void => void findings.push(finding.message)
      const linted = (name: string, inner: App): App => lint(inner, { name, mode: 'warn', onFinding })
      const wrapped = linted('middleware', make()(linted('app', app)) as App)
      const withNeeds: App = (request, context) => wrapped(request, context.with<{}>(values))
      const response = await dispatch(withNeeds, request, {
        report: (error) => void reports.push(error),
        ...given,
      })
      return { response, reports, findings }
    },
  }
}
