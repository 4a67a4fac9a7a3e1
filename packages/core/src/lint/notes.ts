import { EXCHANGE } from '../derive.ts'
import type { Context, Outcome } from '../context.ts'
import type { Frame } from './frame.ts'

/** What lint remembers of one exchange, for all the linted layers in it. */
export class Notes {
  /** Findings that were told. */
  readonly told = new Set<string>()
  ended = false
  /** How often an error was reported. */
  reports = 0
  #bodies: Body[] = []

  /** A streamed response has been returned to a linted middleware, which has to do something with its body. */
  expect(response: Response, caller: Frame): void {
    if (this.ended || caller.settled) return // who keeps it is not known here: work in the background, perhaps
    this.#bodies = this.#bodies.filter(({ response }) => isUntouched(response))
    this.#bodies.push({ response, caller })
  }

  /**
   * After an exchange that ended well, everything that was to be sent was sent. A body that nobody has begun to read, nor
   * cancelled, was dropped then (SPEC M6); unless its middleware has work left that may want it.
   */
  end({ aborted }: Outcome): void {
    this.ended = true
    const dropped = this.#bodies.filter(({ response, caller }) => !caller.hasWork && isUntouched(response))
    this.#bodies = []
    if (aborted) return
    for (const { response, caller } of dropped) {
      const what = `the body of the response with status ${response.status} from below was neither returned, read nor cancelled`
      caller.found('body-dropped', what)
    }
  }
}

/** The notes of the exchange that a context belongs to; made by the outermost linted layer, whose `defer` runs last. */
export function notesOf(context: unknown): Notes {
  const { [EXCHANGE]: exchange, defer } = Object(context) as Partial<Context> & { [EXCHANGE]?: unknown }
  if (typeof exchange !== 'object' || exchange === null || typeof defer !== 'function') return new Notes()
  let found = byExchange.get(exchange)
  if (found === undefined) {
    const notes = (found = new Notes())
    byExchange.set(exchange, notes)
    defer((outcome) => notes.end(outcome))
  }
  return found
}

interface Body {
  readonly response: Response
  /** The middleware that got it. */
  readonly caller: Frame
}

const byExchange = new WeakMap<object, Notes>()

function isUntouched({ body, bodyUsed }: Response): boolean {
  return !bodyUsed && body?.locked === false
}
