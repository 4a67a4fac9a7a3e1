import { emitKeypressEvents } from 'node:readline'
import { inForeground } from './in-foreground.ts'
import type { ReadStream } from 'node:tty'

interface Keypress {
  readonly name?: string
  readonly ctrl: boolean
}

/** What a keyboard does besides letters. */
export interface KeyboardFacts {
  /** What each letter does; `?` is `h`. */
  readonly commands: Readonly<Record<string, () => void>>
  /** Ctrl-C and Ctrl-D: a terminal that tells of each key sends no signal for them. */
  quit(): void
}

/**
 * Listens to single keys, where there is a terminal to press them in, until the function that it gives is called or the
 * process ends. Undefined where there is none: input from elsewhere is not for us.
 */
export function listenToKeys(facts: KeyboardFacts, input: ReadStream = process.stdin): (() => void) | undefined {
  if (!input.isTTY || !process.stdout.isTTY || !inForeground()) return undefined
  const raw = (): void => void input.setRawMode(true)
  const cooked = (): void => void input.setRawMode(false)

  function pressed(text: string | undefined, { name, ctrl }: Keypress): void {
    if (ctrl && (name === 'c' || name === 'd')) facts.quit()
    else if (ctrl && name === 'z') suspend()
    else if (name === 'return' || name === 'enter') process.stdout.write('\n') // people put space between lines with it
    else if (!ctrl) facts.commands[text === '?' ? 'h' : (name ?? '')]?.()
  }

  /** As the shell expects it: all processes of the job stop, and what they find afterwards is the same terminal. */
  function suspend(): void {
    cooked()
    process.once('SIGCONT', raw)
    process.kill(0, 'SIGTSTP')
  }

  function stop(): void {
    process.off('exit', cooked)
    process.off('SIGCONT', raw)
    input.off('keypress', pressed)
    input.pause()
    cooked()
  }

  emitKeypressEvents(input)
  raw()
  process.once('exit', cooked) // of whatever reason
  input.on('keypress', pressed).resume()
  return stop
}
