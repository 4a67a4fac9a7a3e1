import { readFileSync } from 'node:fs'
import { frameOf } from './stack-frames.ts'
import type { Frame } from './stack-frames.ts'

/** What is really wrong with a module that could not be loaded: its stack is the loader's, of no use to anyone. */
export interface SyntaxLocation {
  readonly name: string
  readonly message: string
  readonly frames: readonly Frame[]
}

/** Finds the place in the project's code for errors of loading: syntax, a missing module, a missing export. */
export function locateSyntaxError(error: Error): SyntaxLocation | undefined {
  return fromTransform(error) ?? fromMissingModule(error) ?? fromModuleSyntax(error)
}

/** esbuild: `Transform failed with 2 errors:\n/app.ts:3:4: ERROR: Expected …` (columns from 0). */
function fromTransform({ message }: Error): SyntaxLocation | undefined {
  if (!message.startsWith('Transform failed')) return undefined
  const found = [...message.matchAll(/^(.+):(\d+):(\d+): ERROR: (.*)$/gm)]
  if (found.length === 0) return undefined
  const frames = found.map(([, file, line, column]) => ({
    call: '',
    file: file!,
    line: Number(line),
    column: Number(column) + 1,
  }))
  return { name: 'SyntaxError', message: found.map((match) => match[4]).join('\n'), frames }
}

function fromMissingModule(error: Error): SyntaxLocation | undefined {
  const match = /^Cannot find (?:module|package) '(.+?)'(?: imported from (.+)|\nRequire stack:\n- (.+))/.exec(
    error.message,
  )
  if (match === null) return undefined
  const [, missing = '', importer, requirer] = match
  const file = importer ?? requirer ?? ''
  const name = missing.replace(/^.*[/\\]/, '').replace(/\.\w+$/, '')
  const line = lineOf(file, (text) => /['"]/.test(text) && text.includes(name))
  return {
    name: error.name,
    message: error.message,
    frames: line === undefined ? [] : [{ call: '', file, line, column: 1 }],
  }
}

/** V8, for JavaScript modules and for imports that do not fit: the stack starts with `file:///app.js:3\n<code>\n   ^`. */
function fromModuleSyntax(error: Error): SyntaxLocation | undefined {
  if (error.name !== 'SyntaxError' || typeof error.stack !== 'string') return undefined
  const head = /^(.+:\d+)\n(?:.*\n)??( *)\^/.exec(error.stack)
  const frame = head === null ? undefined : frameOf(`at ${head[1]}:${head[2]!.length + 1}`)
  if (frame === undefined) return undefined
  const name = /export named '(.+?)'/.exec(error.message)?.[1]
  const line = name === undefined ? undefined : lineOf(frame.file, (text) => new RegExp(`\\b${name}\\b`).test(text))
  const where = line === undefined ? frame : { ...frame, line, column: 1 } // esbuild had put the whole file on one line
  return { name: error.name, message: error.message, frames: [where] }
}

function lineOf(file: string, matches: (text: string) => boolean): number | undefined {
  try {
    const index = readFileSync(file, 'utf8').split('\n').findIndex(matches)
    return index === -1 ? undefined : index + 1
  } catch {
    return undefined
  }
}
