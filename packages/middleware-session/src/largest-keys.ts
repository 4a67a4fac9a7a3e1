import { encode } from './codec.ts'

/** The keys that take the most, with their sizes, for a message about too much. */
export function largestKeys(data: object): string {
  return Object.entries(data)
    .map(([key, value]) => ({ key, size: encode(value).length }))
    .toSorted((a, b) => b.size - a.size)
    .slice(0, 3)
    .map(({ key, size }) => `${key} (${size})`)
    .join(', ')
}
