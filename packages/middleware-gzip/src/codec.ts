import { nodeCodecs } from './codec-node.ts'
import { webCodecs } from './codec-web.ts'
import type { ChunkReader } from './chunk-reader.ts'
import type { Coding } from './coding.ts'
import type { Encoded } from './encoded.ts'

/** One content coding, with its level. */
export interface Codec {
  /** Codes content that is at hand, a string as its UTF-8. `null` where that makes it no shorter. */
  encode(content: string | Uint8Array<ArrayBuffer>, level: number): Encoded | Promise<Encoded>
  /** Codes a stream, on demand; `flushed`: every chunk can be decoded as soon as it was read. Takes the source over. */
  encodeStream(source: ChunkReader, level: number, flushed: boolean): ReadableStream<Uint8Array>
  /** Whether it can hand on what it has before the stream ends. */
  readonly canFlush: boolean
}

/**
 * The codecs for the wanted codings that this runtime has, in the wanted order.
 * @throws {Error} if it has none.
 */
export function codecs(codings: readonly Coding[]): ReadonlyMap<Coding, Codec> {
  const found = nodeCodecs(codings) ?? webCodecs(codings)
  if (found.size > 0) return found
  throw new Error(
    `@fsgi/middleware-gzip: this runtime has none of the codings ${codings.join(', ')}: offer others in 'codings'`,
  )
}
