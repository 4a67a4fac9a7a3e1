import { bodyOf, editHeaders, fileOf } from '@fsgi/core'
import { fieldsOf } from './fields-of.ts'
import { reasonInWords, watchBody } from './watch-body.ts'
import type { OpenBody } from './tape.ts'
import type { Place } from './place.ts'

/**
 * Notes what a layer has answered, and gives the response to go on with: the same one where its bytes are known or lie in a
 * file, and for HEAD, whose body is never read (SPEC S24); else one around the same stream, looked at as it passes.
 */
export function watchResponse(
  response: Response,
  place: Place,
  known: WeakMap<ReadableStream, ReadableStream<Uint8Array<ArrayBuffer>>>,
): Response {
  const { room } = place
  const call = place.call!
  const body = bodySeen(response)
  const { status, statusText } = response
  call.response = { status, statusText: room.text(statusText), fields: fieldsOf(response, room), body }
  if (body.kind !== 'stream' || call.request.method === 'HEAD' || status < 200) return response
  const stream = response.body
  if (stream === null || response.bodyUsed || stream.locked) return response
  let watched = known.get(stream)
  if (watched === undefined) {
    watched = watchBody(stream, body, place, (reason) => noteCancelled(reason, place))
    known.set(stream, watched)
  }
  if (watched.locked) return response
  // One from `fetch` loses the fields of the connection that it came by, as it does wherever its body is replaced.
  const own = response.url === '' ? response : editHeaders(response, () => {})
  return new Response(watched, own)
}

function bodySeen(response: Response): OpenBody {
  const bytes = bodyOf(response)
  if (bytes === null) return { kind: 'none' }
  if (bytes !== undefined) return { kind: 'bytes', size: Buffer.byteLength(bytes) }
  const file = fileOf(response)
  return file === undefined ? { kind: 'stream' } : { kind: 'file', size: file.size }
}

/** Once for each cancellation: by the client, which is told where it leaves, or by the layer that gave the body up first. */
function noteCancelled(reason: unknown, { tape, parent }: Place): void {
  if (tape.aborted || parent?.call?.response?.body.cancelled !== undefined) return
  tape.event({ type: 'cancelled', layer: parent?.layer ?? 'server', reason: tape.room.text(reasonInWords(reason)) })
}
