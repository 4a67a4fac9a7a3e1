import { errorReport } from '../errors/error-report.ts'
import type { ErrorReport } from '../errors/error-report.ts'

/** The way that an error has taken up through the layers. */
export interface Way {
  /** Outermost first; the last one threw. */
  readonly layers: readonly string[]
  /** What the last one was called with. */
  readonly context: unknown
}

const ways = new WeakMap<object, { layers: string[]; context: unknown; exchange: unknown }>()

/** Notes that a layer, called with `context`, has thrown an error or let it pass. Called from the innermost layer outwards. */
export function noteWay(error: unknown, layer: string, context: unknown): void {
  if (typeof error !== 'object' || error === null) return
  const exchange = exchangeOf(context)
  const way = ways.get(error)
  const isNew = way === undefined || way.exchange !== exchange || way.layers.at(-1) === layer // thrown once more
  if (isNew) ways.set(error, { layers: [layer], context, exchange })
  else way.layers.unshift(layer)
}

/** Undefined for what no layer has thrown, or is no object. */
export function wayOf(error: unknown): Way | undefined {
  return typeof error === 'object' && error !== null ? ways.get(error) : undefined
}

/** The report of an error with the layers that it came through, where they are known. */
export function reportWithWay(error: unknown): ErrorReport {
  const way = wayOf(error)
  return { ...errorReport(error), ...(way && { layers: way.layers }) }
}

/** The same object for a context and all that are derived from it (SPEC, "The context"). */
function exchangeOf(context: unknown): unknown {
  return (context as { [EXCHANGE]?: unknown } | null | undefined)?.[EXCHANGE]
}

const EXCHANGE: unique symbol = Symbol.for('fsgi.exchange')
