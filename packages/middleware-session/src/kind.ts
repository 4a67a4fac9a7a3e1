/** What can be stored in a session, and how it is handled. */
export type Kind = 'scalar' | 'array' | 'object' | 'date' | 'map' | 'set' | 'url' | 'bytes'

/** The way from the root of the data to a value; each step knows what it went through, so that a cycle is found. */
export interface Step {
  readonly parent: Step | undefined
  /** Where in the holder the list of the index is: `''` for an array itself, `.values()` for a set. Empty for a property. */
  readonly list: string
  readonly key: string | number
  readonly holder: object
  readonly depth: number
}

/** A value that a session cannot keep, or data that its schema does not accept: where, what, and what to do. */
export class SessionDataError extends TypeError {
  override readonly name = 'SessionDataError'
}

/** Sorts a value. @throws {SessionDataError} with the path, for what would not come back as it was. */
export function kindOf(value: unknown, at: Step | undefined): Kind {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return 'scalar'
    case 'object':
      return value === null ? 'scalar' : kindOfObject(value, at)
    default:
      throw unsupported(`a ${typeof value}`, at)
  }
}

/** One step further down. @throws {SessionDataError} if that leads round in a circle, or too deep. */
export function stepInto(holder: object, key: string | number, parent: Step | undefined, list = ''): Step {
  const depth = (parent?.depth ?? 0) + 1
  for (let step = parent; step !== undefined; step = step.parent) {
    if (step.holder === holder) throw unsupported('a value that contains itself', parent)
  }
  if (depth > 100) throw unsupported('nested deeper than 100 levels', parent)
  return { parent, list, key, holder, depth }
}

function kindOfObject(value: object, at: Step | undefined): Kind {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return withoutSymbols(value, 'object', at)
  if (Array.isArray(value)) return dense(value, at)
  const kind = BUILT_IN.get(prototype as object)
  if (kind !== undefined) return kind
  const name = (value.constructor as { name?: string } | undefined)?.name ?? 'unknown'
  if (value instanceof Uint8Array) throw unsupported(`a ${name}: pass new Uint8Array(it)`, at)
  throw unsupported(`an instance of ${name}`, at)
}

const BUILT_IN = new Map<object, Kind>([
  [Date.prototype, 'date'],
  [Map.prototype, 'map'],
  [Set.prototype, 'set'],
  [URL.prototype, 'url'],
  [Uint8Array.prototype, 'bytes'],
])

function withoutSymbols(value: object, kind: Kind, at: Step | undefined): Kind {
  if (Object.getOwnPropertySymbols(value).length > 0) throw unsupported('an object with a symbol as key', at)
  return kind
}

function dense(value: readonly unknown[], at: Step | undefined): Kind {
  if (Object.getPrototypeOf(value) !== Array.prototype)
    throw unsupported(`an instance of ${value.constructor.name}`, at)
  if (Object.keys(value).length !== value.length) throw unsupported('an array with holes or with extra properties', at)
  return withoutSymbols(value, 'array', at)
}

function unsupported(what: string, at: Step | undefined): SessionDataError {
  return new SessionDataError(
    `${pathOf(at)} is ${what}, which a session cannot store: it keeps plain objects, arrays, strings, numbers, booleans, ` +
      'null, undefined, bigint, Date, Map, Set, URL and Uint8Array',
  )
}

function pathOf(at: Step | undefined): string {
  if (at === undefined) return 'data'
  return pathOf(at.parent) + at.list + (typeof at.key === 'number' ? `[${at.key}]` : member(at.key))
}

/** A property as it is written in a path. */
export function member(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}
