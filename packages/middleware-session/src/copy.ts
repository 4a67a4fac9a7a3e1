import { freeze } from './freeze.ts'
import { kindOf, stepInto } from './kind.ts'
import type { Kind, Step } from './kind.ts'

/**
 * A deep copy that shares nothing with the original and may be changed.
 * @throws {SessionDataError} with the path, for a value that a session cannot keep.
 */
export function copy<T>(value: T): T {
  return copied(value, undefined, keepOpen) as T
}

/** The same, but frozen all the way down. */
export function frozenCopy<T>(value: T): T {
  return copied(value, undefined, freeze) as T
}

/** A copy that may be changed, of what `frozenCopy` has made: it needs no checks. */
export function thawed<T>(frozen: T): T {
  return thaw(frozen) as T
}

function thaw(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(thaw)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype) return copy(value)
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) put(result, key, thaw((value as Record<string, unknown>)[key]))
  return result
}

type Finish = <T extends object>(value: T, kind: Kind) => T

function keepOpen<T extends object>(value: T): T {
  return value
}

function copied(value: unknown, at: Step | undefined, finish: Finish): unknown {
  const kind = kindOf(value, at)
  return kind === 'scalar' ? value : finish(copiedObject(value as object, kind, at, finish), kind)
}

function copiedObject(value: object, kind: Kind, at: Step | undefined, finish: Finish): object {
  switch (kind) {
    case 'array':
      return list(value as unknown[], '', value, at, finish)
    case 'object':
      return object(value as Record<string, unknown>, at, finish)
    case 'date':
      return new Date((value as Date).getTime())
    case 'url':
      return new URL((value as URL).href)
    case 'bytes':
      return (value as Uint8Array).slice()
    case 'set':
      return new Set(list([...(value as Set<unknown>)], '.values()', value, at, finish))
    case 'map':
      return mapOf(value as Map<unknown, unknown>, at, finish)
    default:
      throw new TypeError('unreachable')
  }
}

function mapOf(map: Map<unknown, unknown>, at: Step | undefined, finish: Finish): Map<unknown, unknown> {
  const values = list([...map.values()], '.values()', map, at, finish)
  return new Map(list([...map.keys()], '.keys()', map, at, finish).map((key, index) => [key, values[index]]))
}

function list(
  items: readonly unknown[],
  where: string,
  holder: object,
  at: Step | undefined,
  finish: Finish,
): unknown[] {
  return items.map((item, index) => (isSimple(item) ? item : copied(item, stepInto(holder, index, at, where), finish)))
}

function object(value: Record<string, unknown>, at: Step | undefined, finish: Finish): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const item = value[key]
    put(result, key, isSimple(item) ? item : copied(item, stepInto(value, key, at), finish))
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
