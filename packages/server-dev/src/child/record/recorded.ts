import { at, currentPlace } from './place.ts'
import { describeContext } from './describe-context.ts'
import { isResponse } from './is-response.ts'
import { noteWay } from '../error-way.ts'
import { requestSeen, watchRequest } from './watch-request.ts'
import { watchResponse } from './watch-response.ts'
import type { App, Context } from '@fsgi/core'
import type { Place } from './place.ts'
import type { Tape } from './tape.ts'

/**
 * The same app, each call of it noted on the tape of its exchange: what goes down, what comes up, and when. What it is called
 * with and what it answers stay as they are, except that bodies of which only the stream knows are passed through another
 * stream; an answer that is at hand stays so. Errors are told which layers they pass, whether the exchange is recorded or not.
 *
 * @param tapeOf finds the tape of a context's exchange; undefined for one that is not recorded.
 */
export function recorded(app: App, layer: string, tapeOf: (context: unknown) => Tape | undefined): App {
  const requests = new WeakMap()
  const responses = new WeakMap()

  function recordedLayer(this: unknown, ...args: [Request, Context, ...unknown[]]): Response | Promise<Response> {
    const place = enter(layer, args[0], args[1], tapeOf)
    const context = args[1]
    const call = (): Response | Promise<Response> => Reflect.apply(app, this, args)
    let result: Response | Promise<Response>
    try {
      if (place !== undefined && isGenuine(context)) args[0] = watchRequest(args[0], place, requests)
      result = place === undefined ? call() : at(place, call)
    } catch (error) {
      return failed(error)
    }
    if (typeof (result as Partial<Promise<Response>> | null | undefined)?.then !== 'function') return answered(result)
    return Promise.resolve(result).then(answered, failed)

    function answered(answer: unknown): Response {
      if (place?.call === undefined) return answer as Response // not recorded, or long after the client has left
      ended(place)
      return isResponse(answer) ? watchResponse(answer, place, responses) : (answer as Response)
    }
    function failed(error: unknown): never {
      noteWay(error, layer, context)
      if (place?.call !== undefined) {
        place.call.error = place.tape.error(error)
        ended(place)
      }
      throw error
    }
  }
  return recordedLayer
}

function ended({ call, parent, tape }: Place): void {
  call!.ended = tape.now()
  if (parent === undefined) tape.answered()
}

/** Opens a call for this one, unless it is of no exchange that is recorded, or has been handed something that is no request. */
function enter(
  layer: string,
  request: unknown,
  context: unknown,
  tapeOf: (context: unknown) => Tape | undefined,
): Place | undefined {
  const around = currentPlace()
  const tape = tapeOf(context) ?? around?.tape
  if (tape === undefined || tape.closed || !(request instanceof Request)) return undefined
  const parent = around?.tape === tape ? around : undefined
  const room = tape.roomBelow(parent)
  return tape.open(layer, parent, {
    request: requestSeen(request, room),
    context: describeContext(context, room),
  })
}

/** Where the context is none, lint finds the layer at fault by the Request itself. */
function isGenuine(context: unknown): boolean {
  return typeof context === 'object' && context !== null && Symbol.for('fsgi.derive') in context
}
