import { middlewareCases } from './cases.ts'
import type { MiddlewareCase } from './case.ts'

export interface MiddlewareOptions {
  /** Values that the middleware needs from layers above it: its `Needs`. */
  readonly context?: Readonly<Record<string, unknown>>
  /** Cases that this middleware fails on purpose, with the reason. A declared case that passes is a failure. */
  readonly declared?: Readonly<Record<string, string>>
}

/**
 * Whether what the suite is given can be what it takes. `where` names the function that was called.
 * @throws {TypeError} that says what is wrong and what to do.
 */
export function checkOptions(where: string, make: unknown, options: unknown): asserts options is MiddlewareOptions {
  const wrong = (what: string): TypeError => new TypeError(`@fsgi/conformance: ${where}: ${what}`)
  if (typeof make !== 'function') throw wrong('it takes a function that makes the middleware, such as () => gzip()')
  if (!isRecord(options)) throw wrong('the options must be an object')
  for (const name of Object.keys(options)) {
    if (name !== 'context' && name !== 'declared') throw wrong(`there is no option '${name}'`)
  }
  const { context = {}, declared = {} } = options
  if (!isRecord(context)) throw wrong("option 'context' must be an object of values")
  if (!isRecord(declared)) throw wrong("option 'declared' must be an object of reasons by case id")
  for (const [id, reason] of Object.entries(declared)) {
    const known = middlewareCases.map((one) => one.id)
    if (!known.includes(id)) throw wrong(`option 'declared.${id}': there is no such case, but ${known.join(', ')}`)
    if (typeof reason !== 'string' || reason === '') throw wrong(`option 'declared.${id}' must say why`)
  }
}

/** What a test runner calls a case. */
export function titleOf({ id, title }: MiddlewareCase, { declared }: MiddlewareOptions): string {
  const reason = declared?.[id]
  return reason === undefined ? title : `${title} (declared to fail: ${reason})`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
