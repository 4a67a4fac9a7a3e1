import { markFile } from '@fsgi/core'
import type { OpenFile } from './open-file.ts'
import type { ReadPace } from './read-pace.ts'

const CHUNK = 64 * 1024

/**
 * The bytes of an open file from `start` up to `end`, read at their positions and only when asked for. It is exactly so
 * many, or an error: a file that shrinks meanwhile ends in one, and of a file that grows the rest is left.
 */
export function fileStream(
  file: OpenFile,
  start: number,
  end: number,
  name: string,
  pace: ReadPace,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let position = start
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const buffer = new Uint8Array(Math.min(CHUNK, end - position))
        const bytesRead = checked(await file.read(buffer, position), position)
        position += bytesRead
        controller.enqueue(bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead))
        if (position === end) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return markFile(stream, {
    size: end - start,
    read: async (buffer, offset) => checked(await file.readAtOnce(buffer, start + offset, pace), start + offset),
  })

  function checked(bytesRead: number, at: number): number {
    if (bytesRead > 0) return bytesRead
    throw new Error(`@fsgi/middleware-static: '${name}' became ${end - at} bytes shorter while it was being sent`)
  }
}
