/** The size of a buffer, which is one write. */
export const WRITE_BYTES = 64 * 1024

/** Buffers that have been written, for the next to write: to make one costs more than to fill it. */
const spare: Uint8Array<ArrayBuffer>[] = []
const SPARE_COUNT = 32

export function takeWriteBuffer(): Uint8Array<ArrayBuffer> {
  return spare.pop() ?? new Uint8Array(WRITE_BYTES)
}

/** Only when nothing will read it any more. */
export function giveWriteBuffer(buffer: Uint8Array<ArrayBuffer>): void {
  if (spare.length < SPARE_COUNT) spare.push(buffer)
}
