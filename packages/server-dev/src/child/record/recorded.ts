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
 * stream; an answer that is at hand stays so.
 *
 * @param tapeOf finds the tape of a context's exchange; undefined for one that is not recorded.
 */
export function recorded(app: App, layer: string, tapeOf: (context: unknown) => Tape | undefined): App {
  const requests = new WeakMap()
  const responses = new WeakMap()

  function recordedLayer(this: unknown, ...args: [Request, Context, ...unknown[]]): Response | Promise<Response> {
    const place = enter(layer, args[0], args[1], tapeOf)
    if (place === undefined) return Reflect.apply(app, this, args)
    if (isGenuine(args[1])) args[0] = watchRequest(args[0], place, requests)
    let result: Response | Promise<Response>
    try {
      result = at(place, () => Reflect.apply(app, this, args))
    } catch (error) {
      return failed(error)
    }
    if (typeof (result as Partial<Promise<Response>> | null | undefined)?.then !== 'function') return answered(result)
    return Promise.resolve(result).then(answered, failed)

    function answered(answer: unknown): Response {
      const { tape, call } = place!
      if (call === undefined) return answer as Response // long after the client has left
      call.ended = tape.now()
      const response = isResponse(answer) ? watchResponse(answer, place!, responses) : (answer as Response)
      if (place!.parent === undefined) tape.answered()
      return response
    }
    function failed(error: unknown): never {
      noteWay(error, layer, args[1])
      const { tape, call } = place!
      if (call !== undefined) {
        call.ended = tape.now()
        call.error = tape.error(error)
        if (place!.parent === undefined) tape.answered()
      }
      throw error
    }
  }
  return recordedLayer
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
