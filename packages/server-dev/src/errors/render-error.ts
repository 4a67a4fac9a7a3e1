import { callPath } from './call-path.ts'
import { escapeHtml } from './escape-html.ts'
import { foldFrames, viewFrames } from './view-frames.ts'
import { highlight } from './highlight.ts'
import { packages, titleOf } from './render-text.ts'
import type { ErrorReport } from './error-report.ts'
import type { FrameView } from './view-frames.ts'

interface SectionFacts {
  readonly root: string
  /** Of the heading: 1 for the error, 2 for its causes. */
  readonly level: 1 | 2
  /** Whether files can be opened in the editor. */
  readonly editor: boolean
}

/** An error with its way, frames and code. */
export function errorSection(report: ErrorReport, facts: SectionFacts): string {
  const views = viewFrames(report.frames, facts.root)
  const shown = views.find(({ excerpt }) => excerpt !== undefined)
  const frames = foldFrames(views).map((part) =>
    Array.isArray(part) ? foldedFrames(part) : frameItem(part, part === shown, facts.editor),
  )
  return `<section>
<p class="name">${escapeHtml(titleOf(report))}</p>
<h${facts.level}>${escapeHtml(report.message) || '(no message)'}</h${facts.level}>
${throwPath(views, report.layers)}
${frames.length === 0 ? '' : `<ol class="frames">${frames.join('\n')}</ol>`}
</section>`
}

/** Its causes and members, each with its own. */
export function causeSections({ errors = [], cause }: ErrorReport, facts: SectionFacts): string {
  const section = (label: string, report: ErrorReport): string =>
    `<div class="inner"><p class="label">${label}</p>${errorSection(report, facts)}${causeSections(report, facts)}</div>`
  const several = errors.map((inner) => section('One of several', inner))
  return several.join('\n') + (cause === undefined ? '' : section('Caused by', cause))
}

/** The layers on the way to the place that threw: `gzip › session › handler`. */
function throwPath(views: readonly FrameView[], layers: readonly string[] | undefined): string {
  const path = callPath(views, layers)
  if (path.length === 0) return ''
  const fault = path.findLastIndex(({ called }) => called === undefined)
  const steps = path.map((step, index) => {
    const from = step.package === undefined ? '' : ` title="${escapeHtml(step.package)}"`
    const classes = [step.called && 'called', index === fault && 'fault', index === path.length - 1 && 'threw']
    const named = classes.filter((name) => typeof name === 'string').join(' ')
    return `<li${named === '' ? '' : ` class="${named}"`}${from}>${escapeHtml(step.name)}</li>`
  })
  return `<ol class="path" aria-label="The way to the error, outermost first; the last one threw">${steps.join('')}</ol>`
}

function frameItem(view: FrameView, open: boolean, editor: boolean): string {
  const call = view.call === '' ? '' : `<b>${escapeHtml(view.call)}</b> `
  const head = `${call}<code>${escapeHtml(view.place)}<i>:${view.line}:${view.column}</i></code>`
  const button = editor && view.kind === 'project' ? openButton(view) : ''
  const start = `<li${button === '' ? '' : ' class="own"'}>`
  if (view.excerpt === undefined) return `${start}<div class="line">${head}</div>${button}</li>`
  return `${start}<details${open ? ' open' : ''}><summary class="line">${head}</summary>${code(view)}</details>${button}</li>`
}

function openButton({ file, line, column, place }: FrameView): string {
  const label = escapeHtml(`Open ${place}, line ${line}, in the editor`)
  return `<button data-do="open" data-file="${escapeHtml(file)}" data-line="${line}" data-column="${column}" aria-label="${label}" title="${label}" hidden>Open</button>`
}

function foldedFrames(views: readonly FrameView[]): string {
  const items = views.map((view) => frameItem({ ...view }, false, false))
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
