import { types } from 'node:util'
import type { Room } from './room.ts'

const MOST_MEMBERS = 30
const MOST_KEYS = 8
const EXCHANGE = Symbol.for('fsgi.exchange')

/**
 * What a context says besides what the exchange's own does: its place, and what layers above have added, in a few words. Nothing is
 * read that could do something: no getter is called, and no proxy is asked.
 */
export function describeContext(context: unknown, room: Room): Record<string, string> {
  const described: Record<string, string> = Object.create(null)
  if (typeof context !== 'object' || context === null || !(EXCHANGE in context)) return described
  const { mount, path } = context as { mount?: unknown; path?: unknown }
  if (typeof mount === 'string') described['mount'] = room.text(mount)
  if (typeof path === 'string') described['path'] = room.text(path)
  const names = Object.keys(context)
  for (const name of names.slice(0, MOST_MEMBERS)) {
    const member = Reflect.getOwnPropertyDescriptor(context, name)
    described[room.text(name)] = room.text(
      member === undefined || 'value' in member ? inWords(member?.value) : 'a getter',
    )
  }
  if (names.length > MOST_MEMBERS) room.leaveOut('members', names.length - MOST_MEMBERS)
  return described
}

/** A value in a few words; of an object only its class and the names of its members. */
export function inWords(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'symbol') return value.toString()
  if (typeof value === 'function') return types.isProxy(value) ? 'a Proxy' : functionInWords(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (types.isProxy(value)) return 'a Proxy'
  if (Array.isArray(value)) return `an array of ${value.length}`
  const name = className(value)
  const keys = Object.keys(value)
  const shown = `${keys.slice(0, MOST_KEYS).join(', ')}${keys.length > MOST_KEYS ? ', …' : ''}`
  const members = keys.length === 0 ? '{}' : `{ ${shown} }`
  return name === undefined ? members : keys.length === 0 ? name : `${name} ${members}`
}

function functionInWords(value: object): string {
  const name = valueOf(value, 'name')
  return typeof name === 'string' && name !== '' ? `the function ${name}` : 'a function'
}

function className(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (typeof prototype !== 'object' || prototype === null || types.isProxy(prototype)) return undefined
  const constructor = valueOf(prototype, 'constructor')
  const name =
    typeof constructor === 'function' && !types.isProxy(constructor) ? valueOf(constructor, 'name') : undefined
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name : undefined
}

/** An own member that is no getter. */
function valueOf(object: object, name: string): unknown {
  return Reflect.getOwnPropertyDescriptor(object, name)?.value
}
