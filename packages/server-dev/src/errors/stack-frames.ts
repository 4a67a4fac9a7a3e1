import { fileURLToPath } from 'node:url'

/** One line of a stack. `file` is an absolute path, or `node:…`; `line` and `column` count from 1. */
export interface Frame {
  /** What was called, as V8 names it: `handler`, `async load`, `new Store`; `''` for a module's top level. */
  readonly call: string
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The frames of an error's stack, innermost first. Source maps have been applied by Node already. */
export function framesOf(error: Error): Frame[] {
  const { stack } = error
  if (typeof stack !== 'string') return []
  const after = stack.indexOf(error.message) // a message may have lines that look like frames
  const lines = (after === -1 ? stack : stack.slice(after + error.message.length)).split('\n')
  return lines.flatMap((line) => frameOf(line) ?? [])
}

/** One `    at …` line, or undefined for anything else (native code, `index 0` of Promise.all, other text). */
export function frameOf(line: string): Frame | undefined {
  const match = /^\s*at (?:(.*?) \((.+):(\d+):(\d+)\)|(?:async )?(.+):(\d+):(\d+))$/.exec(line)
  if (match === null) return undefined
  const [, call, within, row, column, bare, bareRow, bareColumn] = match
  return {
    call: call ?? '',
    file: pathOf(within ?? bare!),
    line: Number(row ?? bareRow),
    column: Number(column ?? bareColumn),
  }
}

function pathOf(where: string): string {
  if (!where.startsWith('file:')) return where
  try {
    return fileURLToPath(where.replace(/[?#].*$/, ''))
  } catch {
    return where
  }
}
