import { atMost } from './at-most.ts'
import { atOnce } from './at-once.ts'
import { codeStream } from './code-stream.ts'
import { zlibEncoder } from './zlib-encoder.ts'
import { recipes } from './zlib-recipes.ts'
import type { Codec } from './codec.ts'
import type { Coding } from './coding.ts'
import type { Encoded } from './encoded.ts'
import type { Recipe } from './zlib-recipes.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Codecs from node:zlib, which Bun, Deno and workerd have too; `undefined` where there is none. */
export function nodeCodecs(codings: readonly Coding[]): Map<Coding, Codec> | undefined {
  const known = recipes()
  if (known === undefined) return undefined
  const found = new Map<Coding, Codec>()
  for (const coding of codings) {
    const recipe = known[coding]
    if (recipe !== undefined) found.set(coding, nodeCodec(coding, recipe))
  }
  return found
}

/** Each compressor holds about 256 KiB from its making on, so those beyond what threads can work on only cost memory. */
const inThreads = atMost(8)

function nodeCodec(coding: Coding, recipe: Recipe): Codec {
  return {
    canFlush: true,
    encode(content, level) {
      const bytes = bytesOf(content)
      const size = bytes.byteLength
      const now = size <= atOnce(coding, level)
      const options = { ...recipe.options(level, size), chunkSize: chunkSize(size / (now ? 2 : 4)) }
      if (now) return shorter(recipe.now(bytes, options), size)
      const own = bytes.buffer === scratch?.buffer ? bytes.slice() : bytes
      return inThreads(
        () =>
          new Promise((resolve, reject) => {
            recipe.inThread(own, options, (error, coded) => {
              if (error === null) resolve(shorter(coded, size))
              else reject(error)
            })
          }),
      )
    },
    encodeStream(source, level, flushed) {
      const open = () =>
        zlibEncoder(recipe.open({ ...recipe.options(level), ...(flushed && { flush: recipe.flush }) }), recipe.flush)
      return codeStream(source, open, flushed)
    },
  }
}

/**
 * The bytes of content; those of a string that is likely to be coded at once in a place that is used again and again: they cost a
 * tenth of those in memory of their own.
 */
function bytesOf(content: string | Bytes): Bytes {
  if (typeof content !== 'string') return content
  if (content.length > SHORT) return encoder.encode(content)
  const most = content.length * 3
  if (scratch === undefined || scratch.byteLength < most) scratch = new Uint8Array(most)
  return scratch.subarray(0, encoder.encodeInto(content, scratch).written)
}

/** Characters. */
const SHORT = 128 * 1024

let scratch: Bytes | undefined
const encoder = new TextEncoder()

/**
 * The size of the buffers that the coded bytes are put into: one is enough for most content. What zlib takes by itself, 16 KiB, costs
 * more than all the rest around a small body; and each further one is a way to a thread and back for a large body.
 */
function chunkSize(wanted: number): number {
  return Math.max(Math.ceil(wanted), LEAST_CHUNK)
}

/** More than the frame of any coding, and zlib's own minimum. */
const LEAST_CHUNK = 256

/** The same bytes, not as a Buffer: its `slice` shares memory where that of a Uint8Array copies. */
function shorter(coded: Bytes, size: number): Encoded {
  return coded.byteLength < size ? new Uint8Array(coded.buffer, coded.byteOffset, coded.byteLength) : null
}
