import { NativeResponse } from '../native-response.ts'

/**
 * Whether this is Node, where no server looks inside a Response. Bun, Deno and workerd all claim to be Node in `process`,
 * so they are excluded by what only they have; when in doubt the answer is no, which is always right and only slower.
 */
export const onNode: boolean =
  typeof process === 'object' &&
  process.versions?.node !== undefined &&
  !('Bun' in globalThis) &&
  !('Deno' in globalThis) &&
  !('WebSocketPair' in globalThis) &&
  !/\[native code\]/.test(Function.prototype.toString.call(NativeResponse))
