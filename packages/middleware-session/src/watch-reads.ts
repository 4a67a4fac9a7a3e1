import type { DeepReadonly } from './deep-readonly.ts'

/** A view of frozen data that tells which of its keys somebody has looked at. */
export function watchReads<T extends object>(data: T, onRead: (key: PropertyKey) => void): DeepReadonly<T> {
  return new Proxy(data, {
    get(target, key) {
      if (typeof key === 'string') onRead(key)
      return (target as Record<PropertyKey, unknown>)[key]
    },
    has(target, key) {
      onRead(key)
      return key in target
    },
    getOwnPropertyDescriptor(target, key) {
      onRead(key)
      return Object.getOwnPropertyDescriptor(target, key)
    },
  }) as DeepReadonly<T>
}
