import type { Context } from '@fsgi/core'

/**
 * What the front's `nameExchange` called the exchange that this context is of; `undefined` where it gave no name, or the exchange came
 * by another way. It travels with what the front says about the client, so nobody without the token can choose it.
 *
 * ```ts
 * const app: App = (request, context) => log(exchangeName(context), request.url)
 * ```
 */
export function exchangeName(context: Context): string | undefined {
  const { [EXCHANGE]: exchange } = context as Context & { [EXCHANGE]?: { facts?: { exchangeName?: unknown } } }
  const name = exchange?.facts?.exchangeName
  return typeof name === 'string' ? name : undefined
}

/** The same for a context and all derived from it (SPEC, "The context"). */
const EXCHANGE: unique symbol = Symbol.for('fsgi.exchange')
