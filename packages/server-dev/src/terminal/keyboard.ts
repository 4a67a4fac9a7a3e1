import { emitKeypressEvents } from 'node:readline'
import { inForeground } from './in-foreground.ts'
import type { ReadStream } from 'node:tty'

/** A terminal that tells of each key. */
export interface Keyboard {
  /** What each letter does from now on; `?` is `h`. */
  use(commands: Readonly<Record<string, () => void>>): void
  /** Gives the terminal back as it was. */
  stop(): void
}

interface Keypress {
  readonly name?: string
  readonly ctrl: boolean
}

/**
 * Listens to single keys, where there is a terminal to press them in; undefined where there is none, because input from
 * elsewhere is not for us. Call it before any process is started: when a process of Node ends, it sets the terminal as it was
 * when it began.
 */
export function listenToKeys(input: ReadStream = process.stdin): Keyboard | undefined {
  if (!input.isTTY || !process.stdout.isTTY || !inForeground()) return undefined
  let commands: Readonly<Record<string, () => void>> = {}
  const raw = (): void => void input.setRawMode(true)
  const cooked = (): void => void input.setRawMode(false)

  function pressed(text: string | undefined, { name = '', ctrl }: Keypress): void {
    if (ctrl && (name === 'c' || name === 'd')) interrupt()
    else if (ctrl && name === 'z') suspend()
    else if (name === 'return' || name === 'enter') process.stdout.write('\n') // people put space between lines with it
    else if (!ctrl && Object.hasOwn(commands, text === '?' ? 'h' : name)) commands[text === '?' ? 'h' : name]!()
  }

  /** As the shell expects it: all processes of the job stop, and what they find afterwards is the same terminal. */
  function suspend(): void {
    cooked()
    process.once('SIGCONT', raw)
    process.kill(0, 'SIGTSTP')
  }

  emitKeypressEvents(input)
  raw()
  process.once('exit', cooked) // of whatever reason
  input.on('keypress', pressed).resume()
  return {
    use: (next) => void (commands = next),
    stop() {
      process.off('exit', cooked)
      process.off('SIGCONT', raw)
      input.off('keypress', pressed).pause()
      cooked()
    },
  }
}

/** What Ctrl-C does: a terminal that tells of each key sends no signal for it. */
export function interrupt(): void {
  if (!process.emit('SIGINT')) process.exit(130)
}
