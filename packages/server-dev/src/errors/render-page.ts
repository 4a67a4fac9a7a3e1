import { randomBytes } from 'node:crypto'
import { causeSections, errorSection } from './render-error.ts'
import { escapeHtml } from './escape-html.ts'
import { LIVE_SCRIPT } from '../front/live-script.ts'
import { pageScript } from './page-script.ts'
import { pageStyle } from './page-style.ts'
import { requestSection } from './render-request.ts'
import { renderText, titleOf } from './render-text.ts'
import type { ErrorReport } from './error-report.ts'
import type { SeenRequest } from './seen-request.ts'

/** What the page says besides the error, and what can be done on it. */
export interface PageFacts {
  /** What happened, in a few words: `The application did not start`. */
  readonly heading: string
  /** The request that is answered: `GET /path`. */
  readonly request: string
  /** The request, where it was what failed. */
  readonly seen?: SeenRequest | undefined
  readonly root: string
  /** What the page's buttons need; undefined for somebody at another machine, who gets none. */
  readonly token: string | undefined
  /** Whether there is a version that worked, to go back to. */
  readonly hasLast: boolean
  /** The exchange's number in the inspector. */
  readonly exchange: number | undefined
}

/** The page and the Content-Security-Policy to send with it: nothing but what is in the page itself may run or load. */
export function renderPage(report: ErrorReport, facts: PageFacts): { html: string; policy: string } {
  const { heading, request, root, token, seen } = facts
  const nonce = randomBytes(16).toString('base64')
  const policy =
    `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; ` +
    `base-uri 'none'; form-action 'none'; frame-ancestors 'self'`
  const title = `${titleOf(report)}: ${report.message}`
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${token === undefined ? '' : `<meta name="fsgi-token" content="${escapeHtml(token)}">`}
<title>${escapeHtml(title.length > 120 ? `${title.slice(0, 120)}…` : title)}</title>
<style nonce="${nonce}">${pageStyle}</style>
</head>
<body data-method="${escapeHtml(request.replace(/ .*/s, ''))}">
<header><b>FSGI</b><span>${escapeHtml(heading)}</span><code>${escapeHtml(request)}</code></header>
<main>
${errorSection(report, { root, level: 1, editor: token !== undefined })}
${actions(facts)}
${causeSections(report, { root, level: 2, editor: token !== undefined })}
${seen === undefined ? '' : requestSection(seen, report.layers?.at(-1))}
<details class="raw"><summary>As text</summary><pre tabindex="0">${escapeHtml(renderText(report, root))}</pre></details>
</main>
<footer>This page reloads itself when the code changes. Files are shown only from <code>${escapeHtml(root)}</code>.</footer>
<script nonce="${nonce}">${pageScript}</script>
<script type="module" nonce="${nonce}" src="${LIVE_SCRIPT}"></script>
</body>
</html>
`
  return { html, policy }
}

/** Buttons are hidden until the script is there that they need. */
function actions({ token, hasLast, exchange }: PageFacts): string {
  const own = token !== undefined
  return `<div class="actions">
${own && hasLast ? '<button data-do="last" hidden>Use the last working version</button>' : ''}
<button data-do="copy" hidden>Copy as text</button>
${own && exchange !== undefined ? `<a href="/__fsgi/#/${exchange}">Look at this request in the inspector</a>` : ''}
</div>
<p role="status"></p>`
}
