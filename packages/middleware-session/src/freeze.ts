import type { Kind } from './kind.ts'

/**
 * Freezes one value of a kind that sessions keep. Maps, sets, dates and URLs cannot be frozen by the language: their
 * changing methods are covered by ones that throw. Bytes stay as they are.
 */
export function freeze<T extends object>(value: T, kind: Kind): T {
  if (kind === 'bytes') return value
  if (kind === 'map') cover(value, ['set', 'delete', 'clear'])
  else if (kind === 'set') cover(value, ['add', 'delete', 'clear'])
  else if (kind === 'date') cover(value, DATE_SETTERS)
  else if (kind === 'url') coverSetters(value as URL)
  return Object.freeze(value)
}

const DATE_SETTERS = Object.getOwnPropertyNames(Date.prototype).filter((name) => name.startsWith('set'))

function cover(value: object, methods: readonly string[]): void {
  for (const method of methods) Object.defineProperty(value, method, { value: refuse })
}

function coverSetters(url: URL): void {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(URL.prototype))) {
    if (property.set === undefined) continue
    Object.defineProperty(url, name, { get: () => property.get!.call(url) as unknown, set: refuse, enumerable: false })
  }
}

function refuse(): never {
  throw new TypeError('session.data is read-only: change it in session.update((data) => { … })')
}
