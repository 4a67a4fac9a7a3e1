import { lint } from '@fsgi/core/lint'
import { exchangeName } from '@fsgi/server-node/relay'
import { currentPlace } from './place.ts'
import { recorded } from './recorded.ts'
import { Tape } from './tape.ts'
import { watchExchange } from './watch-exchange.ts'
import type { App, Context } from '@fsgi/core'
import type { Border, Exchange } from '@fsgi/core/server'
import type { Finding } from '@fsgi/core/lint'
import type { Recording } from '../../inspector/recorded.ts'

export interface RecorderFacts {
  /** The number of the state of the code. */
  readonly version: number
  readonly lint: boolean
  /** What the server calls the exchange of a context: `<id>@<when it got the request>`; undefined for one that is not to be recorded. */
  readonly nameOf?: (context: Context) => string | undefined
  post(recording: Recording): void
  /** Told of each broken rule, who is at fault, and in which exchange. */
  found(finding: Finding, layer: string, exchange: number | undefined): void
}

/** Makes the borders between layers: what passes them is recorded, and checked if that is wanted. */
export function makeRecorder(facts: RecorderFacts): Border {
  const nameOf = facts.nameOf ?? exchangeName
  const bordered = new WeakSet<App>()
  const tapes = new WeakMap<object, Tape>()

  return function border(app, layer) {
    if (typeof app !== 'function' || bordered.has(app)) return app
    const checked = facts.lint ? lint(entering(app), { name: layer, mode: 'warn', onFinding: found }) : entering(app)
    const border = recorded(checked, layer, tapeOf)
    bordered.add(border)
    return border
  }

  function found(finding: Finding): void {
    const place = currentPlace()
    const layer = finding.layer ?? 'server'
    const { rule, level, message } = finding
    place?.tape.event({ type: 'finding', layer, rule, level, message: place.tape.room.text(message) })
    facts.found(finding, layer, place?.tape.id)
  }

  /** The tape of a context's exchange, with a new one where it is the first time that this is seen. */
  function tapeOf(context: unknown): Tape | undefined {
    if (typeof context !== 'object' || context === null) return undefined
    const { [EXCHANGE]: exchange } = context as { [EXCHANGE]?: Exchange }
    if (typeof exchange !== 'object' || exchange === null) return undefined
    let tape = tapes.get(exchange)
    if (tape !== undefined) return tape
    const name = nameOf(context as Context)
    tape = name === undefined ? currentPlace()?.tape : newTape(name) // an exchange that a layer has made is part of its own
    if (tape === undefined || typeof exchange.defer !== 'function') return undefined
    tapes.set(exchange, tape)
    watchExchange(exchange, tape, name !== undefined)
    return tape
  }

  function newTape(name: string): Tape {
    const [id, began] = name.split('@').map(Number) as [number, number]
    return new Tape({ id, version: facts.version, began, post: facts.post })
  }
}

/** Marks that the layer itself is called now: what lint does before that, nobody has asked for. */
function entering(app: App): App {
  return function entered(this: unknown, ...args: [Request, Context]) {
    const place = currentPlace()
    if (place !== undefined) place.entered = true
    return Reflect.apply(app, this, args)
  }
}

const EXCHANGE: unique symbol = Symbol.for('fsgi.exchange')
