import { atMost } from './at-most.ts'
import { atOnce } from './at-once.ts'
import { codeStream } from './code-stream.ts'
import { lentBytes, takeBack } from './lent-bytes.ts'
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
      const bytes = typeof content === 'string' ? lentBytes(content) : content
      const size = bytes.byteLength
      const now = size <= atOnce(coding, level)
      const options = { ...recipe.options(level, size), chunkSize: chunkSize(size / (now ? 2 : 4)) }
      if (now) {
        const coded = recipe.now(bytes, options)
        if (typeof content === 'string') takeBack(bytes)
        return shorter(coded, size)
      }
      return inThreads(
        () =>
          new Promise((resolve, reject) => {
            recipe.inThread(bytes, options, (error, coded) => {
              if (typeof content === 'string') takeBack(bytes)
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
