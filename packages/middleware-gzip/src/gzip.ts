import { abandon } from './abandon.ts'
import { codecs } from './codec.ts'
import { Coder } from './coder.ts'
import { suffix, weaken } from './etag.ts'
import { negotiator } from './negotiate.ts'
import { notAcceptable } from './not-acceptable.ts'
import { gzipSettings } from './options.ts'
import type { Choice } from './negotiate.ts'
import type { Middleware } from '@fsgi/core'
import type { GzipOptions } from './options.ts'

/**
 * Compresses responses with the coding that the client prefers, where that is right and worth it (RFC 9110 §8.4). Content
 * whose bytes are known is coded in one go, a stream chunk by chunk as it is read.
 *
 * ```ts
 * export default stack(gzip(), session({ … }))(app)
 * ```
 * @throws {TypeError} for an option that is not as documented.
 */
export function gzip(options: GzipOptions = {}): Middleware {
  const settings = gzipSettings(options)
  const available = codecs(settings.codings)
  const isPadded = typeof settings.pad === 'number' && settings.pad > 0
  const offered = isPadded ? (['gzip'] as const) : [...available.keys()]
  const choose = negotiator(offered)
  const etags = settings.etag === 'suffix' ? suffix : weaken
  const coder = new Coder(settings, available, etags)

  return function gzip(app) {
    // Not async, so that an answer that is at hand stays so: this spares the server a promise and its listeners.
    return function gzipped(request, context) {
      try {
        const choice = choose(request.headers.get('accept-encoding'))
        if (choice === 'none' && settings.refuse) return notAcceptable(offered)
        const result = app(etags.below(request, choice), context)
        if (!isPromise(result)) return coded(request, result, choice)
        return result.then((response) => coded(request, response, choice))
      } catch (error) {
        return Promise.reject(error)
      }
    }
  }

  function coded(request: Request, response: Response, choice: Choice): Response | Promise<Response> {
    const failed = (error: unknown): never => {
      abandon(response, error)
      throw error
    }
    try {
      const answer = coder.answer(request, response, choice)
      return answer instanceof Promise ? answer.catch(failed) : answer
    } catch (error) {
      return failed(error)
    }
  }
}

/** By its `then`: it may be of another realm or library. */
function isPromise(result: Response | Promise<Response>): result is Promise<Response> {
  return typeof (result as Partial<Promise<Response>> | null | undefined)?.then === 'function'
}
