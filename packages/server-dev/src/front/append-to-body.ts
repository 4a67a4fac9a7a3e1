import type { Recoder } from './recoder.ts'

/**
 * A body with `tail` after its end. It stays a stream: read as it is read, cancelled as it is cancelled, failing as it fails.
 *
 * @param open what appends; made when the first bytes are here, and not at all if `fits` refuses those: then nothing is appended.
 */
export function appendToBody(
  body: ReadableStream<Uint8Array>,
  tail: Uint8Array,
  open: () => Recoder,
  fits: (first: Uint8Array) => boolean,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let recoder: Recoder | undefined
  let leftAlone = false
  let ended = false
  let cancelled = false

  async function step(): Promise<readonly Uint8Array[]> {
    const { done, value } = await reader.read()
    if (cancelled) return []
    ended = done
    if (done) return (await recoder?.finish(tail)) ?? []
    if (recoder === undefined && !leftAlone && value.length > 0) {
      if (fits(value)) recoder = open()
      else leftAlone = true
    }
    return recoder === undefined ? [value] : recoder.push(value)
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          for (let sent = 0; sent === 0 && !ended && !cancelled;) {
            for (const piece of await step()) {
              if (piece.length === 0 || cancelled) continue
              controller.enqueue(piece)
              sent++
            }
          }
          if (ended && !cancelled) controller.close()
        } catch (error) {
          recoder?.destroy()
          if (cancelled) return
          controller.error(error)
          reader.cancel(error).catch(() => {}) // where it has failed itself there is nothing to tell
        }
      },
      async cancel(reason) {
        cancelled = true
        recoder?.destroy()
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
