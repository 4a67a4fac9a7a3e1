import { NativeResponse } from '../native-response.ts'

/**
 * Makes a subclass of Response look like it from outside. Its `constructor` is Response, which takes every kind of body, and
 * what it overrides is found by `for in` as before: members of a class are not enumerable, those of the standard's are.
 */
export function likeResponse({ prototype }: typeof NativeResponse | { prototype: Response }): void {
  Object.defineProperty(prototype, 'constructor', { value: NativeResponse })
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name !== 'constructor') Object.defineProperty(prototype, name, { enumerable: true })
  }
}
