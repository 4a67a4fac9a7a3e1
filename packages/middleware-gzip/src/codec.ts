import { nodeCodecs } from './codec-node.ts'
import { webCodecs } from './codec-web.ts'
import type { Coding } from './coding.ts'
import type { GzipSettings } from './options.ts'

/** One content coding, with its level. */
export interface Codec {
  /** Codes bytes that are at hand. */
  encode(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>
  /** Codes a stream, on demand; `flushed`: every chunk can be decoded as soon as it was read. Takes the stream over. */
  encodeStream(source: ReadableStream<Uint8Array>, flushed: boolean): ReadableStream<Uint8Array>
  /** Whether it can hand on what it has before the stream ends. */
  readonly canFlush: boolean
}

/**
 * The codecs for the wanted codings that this runtime has, in the wanted order.
 * @throws {Error} if it has none.
 */
export function codecs(settings: GzipSettings): ReadonlyMap<Coding, Codec> {
  const found = nodeCodecs(settings) ?? webCodecs(settings)
  if (found.size > 0) return found
  throw new Error(
    `@fsgi/middleware-gzip: this runtime has none of the codings ${settings.codings.join(', ')}: offer others in 'codings'`,
  )
}
