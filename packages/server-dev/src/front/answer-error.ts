import { errorJson } from '../errors/error-json.ts'
import { fromSameMachine } from './same-machine.ts'
import { renderPage } from '../errors/render-page.ts'
import { renderText } from '../errors/render-text.ts'
import { shownTarget } from '../errors/seen-request.ts'
import { wantsHtml } from './page-request.ts'
import type { Context } from '@fsgi/core'
import type { ErrorReport } from '../errors/error-report.ts'
import type { PageFacts } from '../errors/render-page.ts'

export interface AnswerFacts extends Pick<PageFacts, 'heading' | 'root' | 'seen'> {
  /** The secret of `/__fsgi/`: for the page of somebody at this machine. */
  readonly pageToken: string
  readonly hasLast?: boolean
  /** What the server calls the exchange, if it is recorded: `<number>@<time>`. */
  readonly exchange: string | undefined
}

/**
 * The error as a page for browsers, as JSON for who wants that (RFC 9457), as text for everything else; status 500, never
 * stored or changed on the way (RFC 9111 §5.2.2).
 */
export function answerError(report: ErrorReport, request: Request, context: Context, facts: AnswerFacts): Response {
  const { heading, root } = facts
  const answer = (type: string, body: string, more?: Record<string, string>): Response =>
    new Response(body, { status: 500, headers: { ...FIELDS, 'content-type': type, ...more } })
  if (wantsHtml(request.headers)) {
    const { html, policy } = renderPage(report, {
      ...facts,
      request: shownTarget(request),
      token: fromSameMachine(request, context) ? facts.pageToken : undefined,
      hasLast: facts.hasLast ?? false,
      exchange: facts.exchange === undefined ? undefined : Number.parseInt(facts.exchange, 10),
    })
    return answer('text/html;charset=UTF-8', html, { 'content-security-policy': policy })
  }
  if (wantsJson(request)) return answer('application/problem+json', errorJson(report, heading, root))
  return answer('text/plain;charset=UTF-8', `${heading}\n\n${renderText(report, root)}\n`)
}

const FIELDS = {
  'cache-control': 'no-store, no-transform',
  vary: 'accept',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

function wantsJson({ headers }: Request): boolean {
  return /\bapplication\/(?:[\w.-]+\+)?json\b/i.test(headers.get('accept') ?? '')
}
