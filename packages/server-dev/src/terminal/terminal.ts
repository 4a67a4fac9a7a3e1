import { paintFor } from './paint.ts'
import { renderText } from '../errors/render-text.ts'
import type { ErrorReport } from '../errors/error-report.ts'

/** One line of the request log. */
export interface RequestLine {
  readonly method: string
  readonly path: string
  /** `null` if the client went away before the head was sent. */
  readonly status: number | null
  readonly aborted: boolean
  readonly milliseconds: number
  /** The body's length in bytes, where it is known without counting. */
  readonly size: number | undefined
}

/** What the development server says to the person in front of it. */
export class Terminal {
  readonly #out = paintFor(process.stdout)
  readonly #err = paintFor(process.stderr)
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  /** A line on its own, exactly as given. */
  line(text: string): void {
    process.stdout.write(`${text}\n`)
  }

  /** Empties the screen, and what can be scrolled back to. */
  clear(): void {
    process.stdout.write('\u001B[2J\u001B[3J\u001B[H')
  }

  note(text: string): void {
    this.line(this.#out.dim(clean(text)))
  }

  warn(text: string): void {
    process.stderr.write(`${this.#err.yellow(clean(text))}\n`)
  }

  /** A broken rule that lint found: once for each state of the code. */
  finding(message: string): void {
    process.stderr.write(`${this.#err.yellow('lint')} ${clean(message)}\n`)
  }

  error(report: ErrorReport, during?: string): void {
    const where = during === undefined ? '' : `${this.#err.dim(clean(during))}\n`
    process.stderr.write(`\n${where}${clean(renderText(report, this.#root, this.#err))}\n\n`)
  }

  request({ method, path, status, aborted, milliseconds, size }: RequestLine): void {
    const { dim, red, yellow, green, cyan } = this.#out
    const paint = status === null || status >= 500 ? red : status >= 400 ? yellow : status >= 300 ? cyan : green
    const known = size === undefined ? '' : ` ${inBytes(size)}`
    this.line(
      `${dim(clockTime())} ${method.padEnd(4)} ${clean(path)} ${paint(String(status ?? 'closed'))}${dim(` ${inTime(milliseconds)}${known}`)}` +
        (aborted && status !== null ? yellow(' aborted') : ''),
    )
  }
}

// oxlint-disable-next-line no-control-regex
const CONTROLS = /(\u001B\[\d{1,2}m)|[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g

/** Without control characters: what a client sends must not steer the terminal. Colours and tabs stay. */
function clean(text: string): string {
  return text.replaceAll(CONTROLS, (_, colour?: string) => colour ?? '\uFFFD')
}

function clockTime(): string {
  return new Date().toTimeString().slice(0, 8)
}

function inTime(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`
}

function inBytes(size: number): string {
  if (size < 1000) return `${size} B`
  return size < 1_000_000 ? `${(size / 1000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(1)} MB`
}
