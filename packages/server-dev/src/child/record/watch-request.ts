import { fieldsOf } from './fields-of.ts'
import { watchBody } from './watch-body.ts'
import type { OpenBody, OpenCall } from './tape.ts'
import type { Room } from './room.ts'
import type { Place } from './place.ts'

/** What is noted of a request when a layer is called with it. */
export function requestSeen(request: Request, room: Room): OpenCall['request'] {
  const { method, url } = request
  const body: OpenBody = request.body === null ? { kind: 'none' } : { kind: 'stream' }
  return { method: room.text(method), url: room.text(url), fields: fieldsOf(request, room), body }
}

/**
 * The same request, or one whose body is looked at as it is read. A body that is handed down twice is the same one
 * both times, so that whoever looks for that (SPEC G11) still sees it.
 */
export function watchRequest(
  request: Request,
  place: Place,
  known: WeakMap<ReadableStream, ReadableStream<Uint8Array<ArrayBuffer>>>,
): Request {
  const { body } = request
  if (body === null || request.bodyUsed || body.locked) return request
  let watched = known.get(body)
  if (watched === undefined) {
    const cancelled = (): void => {} // an app may leave a request's body (SPEC A7): that is no news
    watched = watchBody(body, place.call!.request.body, place.parent ?? place, cancelled)
    known.set(body, watched)
  }
  if (watched.locked) return request
  return new Request(request, { body: watched, duplex: 'half' } as RequestInit)
}
