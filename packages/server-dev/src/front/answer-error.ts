import { renderPage } from '../errors/render-page.ts'
import { renderText } from '../errors/render-text.ts'
import type { ErrorReport } from '../errors/error-report.ts'

export interface AnswerFacts {
  /** What happened, in a few words. */
  readonly heading: string
  readonly root: string
}

/** The error as a page for browsers, and as text for everything else; status 500, never stored (RFC 9111 §5.2.2.5). */
export function answerError(report: ErrorReport, request: Request, facts: AnswerFacts): Response {
  const { heading, root } = facts
  const headers = { 'cache-control': 'no-store', vary: 'accept', 'x-content-type-options': 'nosniff' }
  if (!wantsHtml(request)) {
    const text = `${heading}\n\n${renderText(report, root)}\n`
    return new Response(text, { status: 500, headers: { ...headers, 'content-type': 'text/plain;charset=UTF-8' } })
  }
  const { pathname, search } = new URL(request.url)
  const { html, policy } = renderPage(report, {
    heading,
    root,
    method: request.method,
    request: `${request.method} ${pathname}${search}`,
  })
  return new Response(html, {
    status: 500,
    headers: { ...headers, 'content-type': 'text/html;charset=UTF-8', 'content-security-policy': policy },
  })
}

/** Browsers name text/html when they navigate; curl and fetch() say that anything will do (RFC 9110 §12.5.1). */
function wantsHtml(request: Request): boolean {
  return /\btext\/html\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(request.headers.get('accept') ?? '')
}
