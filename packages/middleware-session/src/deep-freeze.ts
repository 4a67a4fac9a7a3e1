/**
 * Freezes a value that nobody else holds, all the way down. Maps, sets, dates and URLs cannot be frozen by the language:
 * their changing methods are covered by ones that throw. Bytes stay as they are, they are a copy anyway.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (value instanceof Map) {
    for (const [key, item] of value) {
      deepFreeze(key)
      deepFreeze(item)
    }
    cover(value, ['set', 'delete', 'clear'])
  } else if (value instanceof Set) {
    for (const item of value) deepFreeze(item)
    cover(value, ['add', 'delete', 'clear'])
  } else if (value instanceof Date) {
    cover(value, DATE_SETTERS)
  } else if (value instanceof URL) {
    coverSetters(value)
  } else {
    for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key])
  }
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
