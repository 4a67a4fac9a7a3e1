import { titleOf } from './render-text.ts'
import { viewFrames } from './view-frames.ts'
import type { ErrorReport } from './error-report.ts'

/** An error as a problem (RFC 9457): `title` is what happened, `detail` the message, `error` all of it with its frames and causes. */
export function errorJson(report: ErrorReport, heading: string, root: string): string {
  const detail = report.message === '' ? titleOf(report) : `${titleOf(report)}: ${report.message}`
  return JSON.stringify({ title: heading, status: 500, detail, error: plain(report, root) }, null, 2)
}

function plain(report: ErrorReport, root: string): object {
  const { name, message, code, layers, cause, errors } = report
  return {
    name,
    message,
    code,
    layers,
    frames: viewFrames(report.frames, root).map(({ call, place, line, column }) => ({
      call,
      file: place,
      line,
      column,
    })),
    cause: cause && plain(cause, root),
    errors: errors?.map((inner) => plain(inner, root)),
  }
}
