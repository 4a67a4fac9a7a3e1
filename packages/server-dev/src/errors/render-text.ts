import { callPath } from './call-path.ts'
import { foldFrames, viewFrames } from './view-frames.ts'
import type { ErrorReport } from './error-report.ts'
import type { FrameView } from './view-frames.ts'

/** What puts colours around text; `plain` adds none. */
export type Paint = Readonly<Record<'red' | 'bold' | 'dim' | 'cyan' | 'yellow' | 'green', (text: string) => string>>

const same = (text: string): string => text
export const plain: Paint = { red: same, bold: same, dim: same, cyan: same, yellow: same, green: same }

/** An error for a terminal, and for clients that are not browsers: message, frames, code of the first one, causes. */
export function renderText(report: ErrorReport, root: string, paint: Paint = plain): string {
  const views = viewFrames(report.frames, root)
  const title = `${paint.red(paint.bold(titleOf(report)))}${report.message === '' ? '' : `: ${paint.bold(report.message)}`}`
  const path = callPath(views, report.layers).map(({ name }) => name)
  const lines = [title]
  if (path.length > 1) lines.push(paint.dim(`  ${path.join(' › ')}`))
  const shown = views.find(({ excerpt }) => excerpt !== undefined)
  for (const part of foldFrames(views)) {
    if (Array.isArray(part))
      lines.push(paint.dim(`  … ${part.length} ${part.length === 1 ? 'frame' : 'frames'} in ${packages(part)}`))
    else lines.push(frameLine(part, paint), ...(part === shown ? codeLines(part, paint) : []))
  }
  for (const inner of report.errors ?? []) lines.push('', 'One of several:', renderText(inner, root, paint))
  if (report.cause !== undefined) lines.push('', 'Caused by:', renderText(report.cause, root, paint))
  return lines.join('\n')
}

/** `TypeError`, or `Error [ERR_X]`. */
export function titleOf({ name, code }: ErrorReport): string {
  return code === undefined ? name : `${name} [${code}]`
}

/** Where folded frames are, in words. */
export function packages(views: readonly FrameView[]): string {
  const names = new Set(views.map((view) => (view.kind === 'node' ? 'node' : (view.package ?? 'other files'))))
  return [...names].slice(0, 3).join(', ') + (names.size > 3 ? ', …' : '')
}

function frameLine({ call, place, line, column }: FrameView, paint: Paint): string {
  return `  at ${call === '' ? '' : `${call} `}${paint.cyan(`${place}:${line}:${column}`)}`
}

function codeLines({ excerpt, line, column }: FrameView, paint: Paint): string[] {
  if (excerpt === undefined) return []
  const width = String(excerpt.first + excerpt.lines.length).length
  return excerpt.lines.flatMap((text, index) => {
    const number = excerpt.first + index
    const gutter = `${String(number).padStart(width)} |`
    if (number !== line) return [paint.dim(`      ${gutter} ${text}`.trimEnd())]
    const indent = text.slice(0, column - 1).replaceAll(/[^\t]/g, ' ')
    return [
      `    ${paint.red('>')} ${paint.dim(gutter)} ${text}`,
      `      ${' '.repeat(width)} ${paint.dim('|')} ${indent}${paint.red('^')}`,
    ]
  })
}
