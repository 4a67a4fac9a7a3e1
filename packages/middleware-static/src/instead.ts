import { bodyOf } from '@fsgi/core'

/** The second response if there is one, else the first. Which is not sent is told so, so that whatever feeds its body ends. */
export async function instead(first: Response, second: Response | null): Promise<Response> {
  if (second === null) return first
  if (bodyOf(first) === undefined) await first.body?.cancel()
  return second
}
