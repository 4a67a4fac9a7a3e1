import { at } from './place.ts'
import { inWords } from './describe-context.ts'
import { passThrough } from '../../pass-through.ts'
import type { OpenBody } from './tape.ts'
import type { Place } from './place.ts'

/**
 * A body as it goes on: how much of it passes, and when, is noted in `body`. What reading it sets off happens at `source`, and
 * `cancelled` is told when it is no longer wanted.
 */
export function watchBody(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  body: OpenBody,
  source: Place,
  cancelled: (reason: unknown) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { tape } = source
  body.chunks = 0
  return passThrough(stream, {
    chunk(chunk) {
      const size = chunk instanceof Uint8Array ? chunk.byteLength : 0
      body.size = (body.chunks === 0 ? 0 : body.size!) + size
      body.chunks!++
      body.first ??= tape.now()
      tape.changed()
    },
    end() {
      if (body.chunks === 0) body.size = 0
      body.last = tape.now()
      tape.changed()
    },
    failed(error) {
      body.failed = tape.room.text(reasonInWords(error))
      tape.changed()
    },
    cancelled(reason) {
      body.cancelled = tape.room.text(reasonInWords(reason))
      cancelled(reason)
      tape.changed()
    },
    run: (work) => at(source, work),
  })
}

/** Why something failed or was cancelled. */
export function reasonInWords(reason: unknown): string {
  if (reason === undefined) return 'no reason was given'
  if (reason instanceof Error || reason instanceof DOMException) return `${reason.name}: ${reason.message}`
  return typeof reason === 'string' ? reason : inWords(reason)
}
