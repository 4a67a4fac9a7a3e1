import { codeStreamWeb } from './code-stream-web.ts'
import type { Codec } from './codec.ts'
import type { Coding } from './coding.ts'

/**
 * Codecs from CompressionStream, for runtimes without node:zlib. The standard has neither levels nor flush
 * (https://compression.spec.whatwg.org), and of our codings gzip and deflate.
 */
export function webCodecs(codings: readonly Coding[]): Map<Coding, Codec> {
  const found = new Map<Coding, Codec>()
  if (typeof CompressionStream === 'undefined') return found
  for (const coding of codings) if (coding === 'gzip' || coding === 'deflate') found.set(coding, webCodec(coding))
  return found
}

function webCodec(format: 'gzip' | 'deflate'): Codec {
  return {
    canFlush: false,
    async encode(content) {
      const blob = new Blob([content])
      const coded = await new Response(blob.stream().pipeThrough(new CompressionStream(format))).arrayBuffer()
      return coded.byteLength < blob.size ? new Uint8Array(coded) : null
    },
    encodeStream: (source) => codeStreamWeb(source, () => new CompressionStream(format)),
  }
}
