import { realpathSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import launchEditor from 'launch-editor'
import { isInside } from '../project.ts'

/** Where the cursor is to be; both count from 1. */
export interface Place {
  /** Absolute, or relative to the root. */
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface EditorFacts {
  readonly root: string
  /** The command that opens it; where there is none: that in `FSGI_EDITOR`, the editor that runs, `$VISUAL` or `$EDITOR`. */
  readonly editor: string | undefined
}

const SOON = 700 // ms in which a command that cannot be run, or does not like its arguments, has said so

/**
 * Opens a file of the project in the editor of the person at this machine. Only files whose real path is inside the root: no
 * address that a page makes up opens another.
 *
 * @throws {TypeError} for another file; {Error} if the editor does not start, or none is known. One line that can be shown.
 */
export async function openInEditor({ file, line, column }: Place, { root, editor }: EditorFacts): Promise<void> {
  const path = projectFile(root, file)
  const command = editor ?? (process.env['FSGI_EDITOR'] || undefined)
  if (isTerminalEditor(command)) throw new Error(needsTerminal(command))
  await withoutTerminalEditors((terminalEditor) => launched(`${path}:${line}:${column}`, command, terminalEditor))
}

function projectFile(root: string, file: string): string {
  try {
    const real = realpathSync(resolve(root, file))
    if (isInside(root, real) && statSync(real).isFile()) return real
  } catch {
    // the same as one elsewhere: who asks is not told what exists
  }
  throw new TypeError(`there is no file ${JSON.stringify(file)} in ${root}`)
}

/** The package speaks up only when something has gone wrong. */
function launched(place: string, command: string | undefined, terminalEditor: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, SOON)
    launchEditor(place, command, (_, message) => {
      clearTimeout(timer)
      if (message !== null) reject(new Error(`the editor ${command ?? ''} did not open: ${message}`.replace('  ', ' ')))
      else reject(new Error(terminalEditor === undefined ? NONE : needsTerminal(terminalEditor)))
    })
  })
}

const HOW = `give the option 'editor', --editor or FSGI_EDITOR a command such as 'code'`
const NONE = `no editor is known: ${HOW}`

/** One that runs in this terminal would share its keyboard with the development server. */
function isTerminalEditor(command: string | undefined): command is string {
  const name = basename(command?.trim().split(/\s+/)[0] ?? '')
  return /^(?:vi|vim|nvim|view|nano|pico|micro|hx|helix|kak|joe|ne|ed|mcedit)$/.test(name)
}

function needsTerminal(command: string): string {
  return `${command} needs a terminal of its own: ${HOW}`
}

/** `launch` looks into the environment, at once: what is there may be meant for terminals only. */
function withoutTerminalEditors(launch: (found: string | undefined) => Promise<void>): Promise<void> {
  const hidden = Object.entries(process.env).filter(
    ([name, value]) => ['VISUAL', 'EDITOR'].includes(name) && isTerminalEditor(value),
  )
  for (const [name] of hidden) delete process.env[name]
  try {
    return launch(hidden[0]?.[1])
  } finally {
    Object.assign(process.env, Object.fromEntries(hidden))
  }
}
