import { randomBytes } from 'node:crypto'
import { callPath } from './call-path.ts'
import { escapeHtml } from './escape-html.ts'
import { foldFrames, viewFrames } from './view-frames.ts'
import { highlight } from './highlight.ts'
import { packages, renderText, titleOf } from './render-text.ts'
import { LIVE_SCRIPT } from '../front/live-script.ts'
import { pageStyle } from './page-style.ts'
import type { ErrorReport } from './error-report.ts'
import type { FrameView } from './view-frames.ts'

/** What the page says besides the error. */
export interface PageFacts {
  /** What happened, in a few words: `The application did not start`. */
  readonly heading: string
  /** The request, as `GET /path`, where it was one that failed. */
  readonly request?: string
  readonly method: string
  readonly root: string
}

/** To reload the answer to a form would be to send the form again. */
const NO_RELOAD = `addEventListener('fsgi:reload', (event) => {
  event.preventDefault()
  document.querySelector('footer').textContent = 'The code has changed: send the request again.'
})`

/** The page and the Content-Security-Policy to send with it: nothing but what is in the page itself may run or load. */
export function renderPage(report: ErrorReport, facts: PageFacts): { html: string; policy: string } {
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
<title>${escapeHtml(title.length > 120 ? `${title.slice(0, 120)}…` : title)}</title>
<style nonce="${nonce}">${pageStyle}</style>
</head>
<body>
<header><b>FSGI</b><span>${escapeHtml(facts.heading)}</span>${facts.request === undefined ? '' : `<code>${escapeHtml(facts.request)}</code>`}</header>
<main>
${errorSection(report, facts.root, 'h1')}
<details class="raw"><summary>As text</summary><pre tabindex="0">${escapeHtml(renderText(report, facts.root))}</pre></details>
</main>
<footer>This page reloads itself when the code changes. Files are shown only from <code>${escapeHtml(facts.root)}</code>.</footer>
${/^(GET|HEAD)$/.test(facts.method) ? '' : `<script nonce="${nonce}">${NO_RELOAD}</script>`}
<script type="module" nonce="${nonce}" src="${LIVE_SCRIPT}"></script>
</body>
</html>
`
  return { html, policy }
}

function errorSection(report: ErrorReport, root: string, heading: 'h1' | 'h2'): string {
  const views = viewFrames(report.frames, root)
  const shown = views.find(({ excerpt }) => excerpt !== undefined)
  const frames = foldFrames(views).map((part) =>
    Array.isArray(part) ? foldedFrames(part) : frameItem(part, part === shown),
  )
  const errors = (report.errors ?? []).map((inner) => innerSection('One of several', inner, root))
  return `<section>
<p class="name">${escapeHtml(titleOf(report))}</p>
<${heading}>${escapeHtml(report.message) || '(no message)'}</${heading}>
${throwPath(views)}
${frames.length === 0 ? '' : `<ol class="frames">${frames.join('\n')}</ol>`}
</section>
${errors.join('\n')}
${report.cause === undefined ? '' : innerSection('Caused by', report.cause, root)}`
}

function innerSection(label: string, report: ErrorReport, root: string): string {
  return `<div class="inner"><p class="label">${label}</p>${errorSection(report, root, 'h2')}</div>`
}

/** The layers on the way to the place that threw: `gzip › session › handler`. */
function throwPath(views: readonly FrameView[]): string {
  const path = callPath(views)
  if (path.length === 0) return ''
  const steps = path.map((step, index) => {
    const from = step.package === undefined ? '' : ` title="${escapeHtml(step.package)}"`
    return `<li${index === path.length - 1 ? ' class="threw"' : ''}${from}>${escapeHtml(step.name)}</li>`
  })
  return `<ol class="path" aria-label="The way to the error, outermost first; the last one threw">${steps.join('')}</ol>`
}

function frameItem(view: FrameView, open: boolean): string {
  const call = view.call === '' ? '' : `<b>${escapeHtml(view.call)}</b> `
  const head = `${call}<code>${escapeHtml(view.place)}<i>:${view.line}:${view.column}</i></code>`
  if (view.excerpt === undefined) return `<li><div class="line">${head}</div></li>`
  return `<li><details${open ? ' open' : ''}><summary class="line">${head}</summary>${code(view)}</details></li>`
}

function foldedFrames(views: readonly FrameView[]): string {
  const items = views.map((view) => frameItem({ ...view }, false))
  const title = `${views.length} ${views.length === 1 ? 'frame' : 'frames'} in ${packages(views)}`
  return `<li class="folded"><details><summary class="line">${escapeHtml(title)}</summary><ol>${items.join('')}</ol></details></li>`
}

function code({ excerpt, line, column }: FrameView): string {
  const rows = excerpt!.lines.map((text, index) => {
    const number = excerpt!.first + index
    if (number !== line) return `<span class="row"><i>${number}</i><span>${highlight(text) || ' '}</span></span>`
    const indent = escapeHtml(text.slice(0, column - 1).replaceAll(/[^\t]/g, ' '))
    return `<mark class="row"><i>${number}</i><span>${highlight(text)}</span></mark><span class="row caret"><i></i><span>${indent}^</span></span>`
  })
  return `<pre tabindex="0"><span class="rows">${rows.join('')}</span></pre>`
}
