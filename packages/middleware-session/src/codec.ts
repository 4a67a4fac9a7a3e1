import { base64ToBytes, bytesToBase64 } from './base64.ts'
import { kindOf, stepInto } from './kind.ts'
import { put } from './copy.ts'
import type { Step } from './kind.ts'

/**
 * Data as JSON text. What JSON cannot say is tagged: `{ "$": ["date", 0] }`; an object that has a `$` itself is tagged too,
 * so that nothing which a visitor sends can pass for a tag.
 * @throws {SessionDataError} with the path, for a value that would not come back as it was.
 */
export function encode(value: unknown): string {
  return JSON.stringify(isPlain(value, 0) ? value : toJson(value, undefined))
}

/** The reverse. @throws {SyntaxError} for what `encode` did not write. */
export function decode(text: string): unknown {
  const json: unknown = JSON.parse(text)
  return text.includes('{"$":') ? fromJson(json) : json // no tag can be written in any other way
}

/** The common case: JSON says it by itself. Whatever is doubtful is not plain. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (isSimple(value)) return true
  if (typeof value !== 'object' || depth > 20) return false
  if (Array.isArray(value)) {
    if (Object.getPrototypeOf(value) !== Array.prototype || Object.keys(value).length !== value.length) return false
  } else if (Object.getPrototypeOf(value) !== Object.prototype || Object.hasOwn(value as object, '$')) return false
  if (Object.getOwnPropertySymbols(value).length > 0) return false
  for (const key of Object.keys(value as object)) {
    if (!isPlain((value as Record<string, unknown>)[key], depth + 1)) return false
  }
  return true
}

function toJson(value: unknown, at: Step | undefined): unknown {
  switch (kindOf(value, at)) {
    case 'scalar':
      return scalarToJson(value)
    case 'array':
      return listToJson(value as unknown[], '', value as object, at)
    case 'object':
      return objectToJson(value as Record<string, unknown>, at)
    case 'date': {
      const time = (value as Date).getTime()
      return { $: ['date', Number.isNaN(time) ? null : time] }
    }
    case 'map': {
      const map = value as Map<unknown, unknown>
      const keys = listToJson([...map.keys()], '.keys()', map, at)
      return { $: ['map', keys, listToJson([...map.values()], '.values()', map, at)] }
    }
    case 'set':
      return { $: ['set', listToJson([...(value as Set<unknown>)], '.values()', value as object, at)] }
    case 'url':
      return { $: ['url', (value as URL).href] }
    case 'bytes':
      return { $: ['bytes', bytesToBase64(value as Uint8Array)] }
    default:
      throw new TypeError('unreachable')
  }
}

function scalarToJson(value: unknown): unknown {
  if (value === undefined) return { $: ['undefined'] }
  if (typeof value === 'bigint') return { $: ['bigint', String(value)] }
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { $: ['number', Object.is(value, -0) ? '-0' : String(value)] }
  }
  return value
}

function listToJson(list: readonly unknown[], where: string, holder: object, at: Step | undefined): unknown[] {
  return list.map((item, index) => (isSimple(item) ? item : toJson(item, stepInto(holder, index, at, where))))
}

function objectToJson(value: Record<string, unknown>, at: Step | undefined): unknown {
  const json: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const item = value[key]
    put(json, key, isSimple(item) ? item : toJson(item, stepInto(value, key, at)))
  }
  return Object.hasOwn(value, '$') ? { $: ['object', Object.entries(json)] } : json
}

/** The common case, for which no step needs to be kept. */
function isSimple(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null
}

function fromJson(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) {
    for (let i = 0; i < json.length; i++) json[i] = fromJson(json[i])
    return json
  }
  const object = json as Record<string, unknown>
  if (Object.hasOwn(object, '$')) return fromTag(object.$ as [string, never, never])
  for (const key of Object.keys(object)) put(object, key, fromJson(object[key]))
  return object
}

function fromTag([tag, content, more]: [string, never, never]): unknown {
  switch (tag) {
    case 'undefined':
      return undefined
    case 'bigint':
      return BigInt(content)
    case 'number':
      return Number(content)
    case 'date':
      return new Date(content ?? Number.NaN)
    case 'url':
      return new URL(content)
    case 'bytes':
      return base64ToBytes(content)
    case 'set':
      return new Set(fromJson(content) as unknown[])
    case 'map': {
      const values = fromJson(more) as unknown[]
      return new Map((fromJson(content) as unknown[]).map((key, index) => [key, values[index]]))
    }
    case 'object': {
      const object: Record<string, unknown> = {}
      for (const [key, value] of content as [string, unknown][]) put(object, key, fromJson(value))
      return object
    }
    default:
      throw new SyntaxError(`unknown tag '${tag}'`)
  }
}
