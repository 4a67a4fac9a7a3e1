import { atMost } from './at-most.ts'
import { codeStream } from './code-stream.ts'
import { zlibEncoder } from './zlib-encoder.ts'
import { recipes } from './zlib-recipes.ts'
import type { Codec } from './codec.ts'
import type { Coding } from './coding.ts'
import type { Recipe } from './zlib-recipes.ts'

/** Codecs from node:zlib, which Bun, Deno and workerd have too; `undefined` where there is none. */
export function nodeCodecs(codings: readonly Coding[]): Map<Coding, Codec> | undefined {
  const known = recipes()
  if (known === undefined) return undefined
  const found = new Map<Coding, Codec>()
  for (const coding of codings) {
    const recipe = known[coding]
    if (recipe !== undefined) found.set(coding, nodeCodec(recipe))
  }
  return found
}

/** Each compressor holds about 256 KiB from its making on, so those beyond what threads can work on only cost memory. */
const inThreads = atMost(8)

function nodeCodec(recipe: Recipe): Codec {
  return {
    canFlush: true,
    encode(bytes, level) {
      if (bytes.byteLength <= recipe.atOnce(level))
        return plain(recipe.now(bytes, recipe.options(level, bytes.byteLength)))
      return inThreads(
        () =>
          new Promise((resolve, reject) => {
            recipe.inThread(bytes, recipe.options(level, bytes.byteLength), (error, coded) => {
              if (error === null) resolve(plain(coded))
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

/** The same bytes, not as a Buffer: its `slice` shares memory where that of a Uint8Array copies. */
function plain(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
