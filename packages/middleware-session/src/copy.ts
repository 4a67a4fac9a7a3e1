import { kindOf, member, stepInto } from './kind.ts'
import type { Step } from './kind.ts'

/**
 * A deep copy that shares nothing with the original and may be changed.
 * @throws {SessionDataError} with the path, for a value that a session cannot keep.
 */
export function copy<T>(value: T): T {
  return copied(value, undefined) as T
}

function copied(value: unknown, at: Step | undefined): unknown {
  switch (kindOf(value, at)) {
    case 'scalar':
      return value
    case 'array':
      return list(value as unknown[], '', value as object, at)
    case 'object':
      return object(value as Record<string, unknown>, at)
    case 'date':
      return new Date((value as Date).getTime())
    case 'url':
      return new URL((value as URL).href)
    case 'bytes':
      return (value as Uint8Array).slice()
    case 'set':
      return new Set(list([...(value as Set<unknown>)], '.values()', value as object, at))
    case 'map':
      return mapOf(value as Map<unknown, unknown>, at)
    default:
      throw new TypeError('unreachable')
  }
}

function mapOf(map: Map<unknown, unknown>, at: Step | undefined): Map<unknown, unknown> {
  const values = list([...map.values()], '.values()', map, at)
  return new Map(list([...map.keys()], '.keys()', map, at).map((key, index) => [key, values[index]]))
}

function list(items: readonly unknown[], where: string, holder: object, at: Step | undefined): unknown[] {
  return items.map((item, index) => (isSimple(item) ? item : copied(item, stepInto(holder, `${where}[${index}]`, at))))
}

function object(value: Record<string, unknown>, at: Step | undefined): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const item = value[key]
    put(result, key, isSimple(item) ? item : copied(item, stepInto(value, member(key), at)))
  }
  return result
}

function isSimple(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
}

/** Sets a property of its own, also where the key is `__proto__`, which an assignment would take for the prototype. */
export function put(target: object, key: PropertyKey, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  else (target as Record<PropertyKey, unknown>)[key] = value
}
