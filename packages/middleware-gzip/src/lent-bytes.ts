type Bytes = Uint8Array<ArrayBuffer>

/**
 * The UTF-8 of a text, in memory that is used for another one when it was given back: that costs a tenth of new memory, and does not make
 * the garbage collector run. What is not given back is collected.
 */
export function lentBytes(text: string): Bytes {
  const most = text.length * 3
  if (most > LARGEST) return encoder.encode(text)
  const bytes = new Uint8Array(most <= SMALL ? small() : large(most))
  return bytes.subarray(0, encoder.encodeInto(text, bytes).written)
}

/** From now on nobody reads these bytes. */
export function takeBack({ buffer }: Bytes): void {
  if (buffer.byteLength === SMALL) spare = buffer
  else if (HAS_WEAK_REFS && buffer.byteLength <= LARGEST && spares.length < MOST) spares.push(new WeakRef(buffer))
}

/** What is lent again and again, and therefore kept. Pages that nothing was written to take no memory. */
const SMALL = 384 * 1024
let spare: ArrayBuffer | undefined

function small(): ArrayBuffer {
  const memory = spare ?? new ArrayBuffer(SMALL)
  spare = undefined
  return memory
}

/** Large ones are kept until the garbage collector runs for another reason. */
const LARGEST = 12 * 1024 * 1024
const MOST = 8
const spares: WeakRef<ArrayBuffer>[] = []
const HAS_WEAK_REFS = typeof WeakRef === 'function' // workerd has them since a compatibility date of 2025

/** Those that are too small are dropped on the way. */
function large(least: number): ArrayBuffer {
  for (let next = spares.pop(); next !== undefined; next = spares.pop()) {
    const memory = next.deref()
    if (memory !== undefined && memory.byteLength >= least) return memory
  }
  return new ArrayBuffer(least)
}

const encoder = new TextEncoder()
