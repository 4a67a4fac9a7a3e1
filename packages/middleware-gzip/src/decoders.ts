import { builtinZlib } from './builtin-zlib.ts'
import { CODINGS } from './coding.ts'
import { decodeStream } from './decode-stream.ts'
import { decodeStreamWeb } from './decode-stream-web.ts'
import { isZlibFormat } from './is-zlib-format.ts'
import type { BuiltinZlib } from './builtin-zlib.ts'
import type { ChunkReader } from './chunk-reader.ts'
import type { Coding } from './coding.ts'
import type { DecodeOptions } from './decode-stream.ts'

/** Takes one coding off a stream, as it is read. */
export type Decode = (source: ChunkReader, given: Pick<DecodeOptions, 'check' | 'opened'>) => ReadableStream<Uint8Array>

/** The decoders that this runtime has, in our order of preference. */
export function decoders(): ReadonlyMap<Coding, Decode> {
  const zlib = builtinZlib()
  const found = new Map<Coding, Decode>()
  for (const coding of CODINGS) {
    const open = zlib === undefined ? undefined : opener(zlib, coding)
    if (open !== undefined) {
      const options = { name: coding, open, repeats: coding === 'zstd' }
      found.set(coding, (source, given) => decodeStream(source, { ...options, ...given }))
    } else if (zlib === undefined && typeof DecompressionStream !== 'undefined' && isWeb(coding)) {
      found.set(coding, (source, { check }) => decodeStreamWeb(source, coding, check))
    }
  }
  return found
}

/** The standard has no others (https://compression.spec.whatwg.org). */
function isWeb(coding: Coding): coding is 'gzip' | 'deflate' {
  return coding === 'gzip' || coding === 'deflate'
}

/** Bytes that a decompressor gives at a time. */
const chunkSize = 64 * 1024

function opener(zlib: BuiltinZlib, coding: Coding): DecodeOptions['open'] | undefined {
  if (coding === 'gzip') return () => zlib.createGunzip({ chunkSize })
  if (coding === 'br') return () => zlib.createBrotliDecompress({ chunkSize })
  if (coding === 'deflate') {
    return (first) => (isZlibFormat(first) ? zlib.createInflate({ chunkSize }) : zlib.createInflateRaw({ chunkSize }))
  }
  return zstdOpener(zlib)
}

function zstdOpener({
  createZstdDecompress,
  zstdDecompressSync,
  constants,
}: BuiltinZlib): DecodeOptions['open'] | undefined {
  if (createZstdDecompress === undefined || zstdDecompressSync === undefined) return undefined
  const options = { chunkSize, params: { [constants['ZSTD_d_windowLogMax']!]: 23 } } // 8 MiB: RFC 9659 §3
  try {
    if (new TextDecoder().decode(zstdDecompressSync(PROBE, options)) !== 'zstd') return undefined
  } catch {
    return undefined // a runtime that has the name but not the function
  }
  return () => createZstdDecompress(options)
}

/** A frame that holds 'zstd' as it is. */
const PROBE = new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x04, 0x21, 0, 0, 0x7a, 0x73, 0x74, 0x64])
