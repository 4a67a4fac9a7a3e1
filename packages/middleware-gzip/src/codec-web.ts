import type { Codec } from './codec.ts'
import type { Coding } from './coding.ts'
import type { GzipSettings } from './options.ts'

/**
 * Codecs from CompressionStream, for runtimes without node:zlib. The standard has neither levels nor flush
 * (https://compression.spec.whatwg.org), and of our codings gzip and deflate.
 */
export function webCodecs({ codings }: Pick<GzipSettings, 'codings'>): Map<Coding, Codec> {
  const found = new Map<Coding, Codec>()
  if (typeof CompressionStream === 'undefined') return found
  for (const coding of codings) if (coding === 'gzip' || coding === 'deflate') found.set(coding, webCodec(coding))
  return found
}

function webCodec(format: 'gzip' | 'deflate'): Codec {
  const encodeStream = (source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> =>
    source.pipeThrough(new CompressionStream(format) as ReadableWritablePair<Uint8Array, Uint8Array>)
  return {
    canFlush: false,
    encodeStream,
    async encode(bytes) {
      const stream = encodeStream(new Blob([bytes]).stream())
      return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer())
    },
  }
}
