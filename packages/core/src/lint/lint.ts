import { checkBrand, checkContext } from './check-context.ts'
import { checkRequest } from './check-request.ts'
import { checkResult } from './check-result.ts'
import { checkThrown } from './check-errors.ts'
import { describe } from '../server/describe.ts'
import { Frame } from './frame.ts'
import { enter } from './calls.ts'
import { frameOf, watchContext } from './watch-context.ts'
import { watchRequest } from './watch-request.ts'
import type { App } from '../app.ts'
import type { Context } from '../context.ts'
import type { Finding } from './finding.ts'
import type { Layer } from './frame.ts'

export interface LintOptions {
  /** What findings call the wrapped app or middleware. */
  readonly name?: string
  /**
   * `throw`: errors are thrown, so that the server answers 500, and warnings told. `warn`: everything is only told. `collect`:
   * the same, and there has to be an `onFinding` to tell. Default `throw`.
   */
  readonly mode?: 'throw' | 'warn' | 'collect'
  /** Told of every finding, before it is thrown. Default: `console.warn` of the message of what is not thrown. */
  readonly onFinding?: (finding: Finding) => void
}

/**
 * The same app, with both its sides checked against SPEC.md: what it is called with, and what it does and returns. With one
 * on each side of a middleware, findings say which of the three is at fault.
 *
 * Nothing is buffered, and a response whose bytes are known is passed on as it is; one with any other body is passed on as a
 * new Response around a stream that is looked at as it passes.
 *
 * ```ts
 * const app = lint(gzip()(lint(handler, { name: 'handler' })), { name: 'gzip' })
 * ```
 * @throws {TypeError} for something that is not an app, or a wrong option.
 */
export function lint<C extends Context>(app: App<C>, options: LintOptions = {}): App<C> {
  if (typeof app !== 'function') throw new TypeError(`lint() takes an app, which is a function: found ${describe(app)}`)
  const layer = layerOf(options)
  const given = new WeakSet<ReadableStream>()
  const returned = new WeakSet<Response>()

  return function linted(request: Request, context: C, ...more: unknown[]) {
    const frame = new Frame(layer, request, context, frameOf(context, request, layer))
    const genuine = checkRequest(request, given, frame)
    const branded = checkBrand(context, frame)
    if (branded && more.length > 0) frame.found('arguments-more', `the app is called with ${2 + more.length} arguments`)
    const head = genuine && request.method === 'HEAD'
    const watched = branded ? watchContext(context, frame) : context
    const sent = genuine ? watchRequest(request, frame) : request
    if (genuine && branded) checkContext(context, request, frame)
    const leave = genuine && branded ? enter(request, sent, watched, layer, frame) : () => {}
    return settle(
      () => app(sent, watched),
      (result) => {
        leave()
        frame.settled = true
        return checkResult(result, head, returned, frame)
      },
      (error) => {
        leave()
        frame.settled = true
        checkThrown(error, frame)
        throw error
      },
    )
  }
}

/** Calls and looks at the outcome; stays synchronous where the app is. */
function settle(
  call: () => Response | Promise<Response>,
  done: (result: unknown) => Response,
  failed: (error: unknown) => never,
): Response | Promise<Response> {
  let result: unknown
  try {
    result = call()
  } catch (error) {
    return failed(error)
  }
  if (typeof (result as Partial<Promise<unknown>> | null | undefined)?.then !== 'function') return done(result)
  return Promise.resolve(result).then(done, failed)
}

function layerOf({ name, mode = 'throw', onFinding }: LintOptions): Layer {
  if (!MODES.includes(mode)) {
    throw new TypeError(`lint(): option 'mode' must be 'throw', 'warn' or 'collect', but it is ${describe(mode)}`)
  }
  if (typeof onFinding !== 'function' && (onFinding !== undefined || mode === 'collect')) {
    throw new TypeError(`lint(): option 'onFinding' must be a function, but it is ${describe(onFinding)}`)
  }
  const throws = mode === 'throw'
  const print = (finding: Finding): void => {
    if (!throws || finding.level === 'warning') console.warn(finding.message)
  }
  return { name, throws, onFinding: onFinding ?? print, wraps: false }
}

const MODES: readonly unknown[] = ['throw', 'warn', 'collect']
