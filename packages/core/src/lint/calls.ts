import { EXCHANGE } from '../derive.ts'
import type { Context } from '../context.ts'
import type { Frame, Layer } from './frame.ts'

/**
 * Notes that a linted app works on a request, which it was sent as `sent`, until the returned function is called. Where the request came in through
 * another linted app, the context must be of the same exchange as there. A server that sends one Request in several exchanges
 * is not meant: it enters through an outermost layer, and is known by that.
 */
export function enter(request: Request, sent: Request, context: Context, layer: Layer, frame: Frame): () => void {
  const { active, outermost } = visitsOf(request)
  const exchange = exchangeOf(context)
  if (active.size === 0) outermost.add(layer)
  if (!outermost.has(layer) && ![...active].some((call) => call.exchange === exchange)) {
    frame.found('context-derived', 'the app is called with the context of another exchange')
  } else if (frame.notes.ended) {
    frame.found('context-ended', 'the app is called with the context of an exchange that has ended')
  }
  const call: Call = { exchange, context }
  const places = new Set([active, visitsOf(sent).active])
  for (const place of places) place.add(call)
  return () => {
    for (const place of places) place.delete(call)
  }
}

/** The context of a linted app that works on this request at the moment, unless it is the server that calls this layer. */
export function contextAround(request: Request, layer: Layer): Context | undefined {
  const found = visits.get(request)
  return found === undefined || found.outermost.has(layer) ? undefined : found.active.values().next().value?.context
}

interface Visits {
  readonly active: Set<Call>
  readonly outermost: Set<Layer>
}

interface Call {
  readonly exchange: unknown
  readonly context: Context
}

const visits = new WeakMap<Request, Visits>()

function visitsOf(request: Request): Visits {
  let found = visits.get(request)
  if (found === undefined) visits.set(request, (found = { active: new Set(), outermost: new Set() }))
  return found
}

function exchangeOf(context: object): unknown {
  return (context as { [EXCHANGE]?: object })[EXCHANGE]
}
