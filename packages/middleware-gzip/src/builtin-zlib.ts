import type { Transform } from 'node:stream'
import type { Recipe } from './zlib-recipes.ts'

/** What is used of node:zlib. */
export type BuiltinZlib = {
  readonly constants: Readonly<Record<string, number>>
} & Record<'gzipSync' | 'deflateSync' | 'brotliCompressSync', Recipe['now']> &
  Record<'gzip' | 'deflate' | 'brotliCompress', Recipe['inThread']> &
  Record<'createGzip' | 'createDeflate' | 'createBrotliCompress', Recipe['open']> &
  Record<'createGunzip' | 'createInflate' | 'createInflateRaw' | 'createBrotliDecompress', OpenDecoder> & {
    readonly zstdCompressSync?: Recipe['now']
    readonly zstdCompress?: Recipe['inThread']
    readonly createZstdCompress?: Recipe['open']
    readonly zstdDecompressSync?: (bytes: Uint8Array, options?: object) => Uint8Array
    readonly createZstdDecompress?: OpenDecoder
  }

type OpenDecoder = (options: object) => ZlibDecoder

/** What all decompressors of node:zlib are. `bytesWritten` is what they have used of what was written to them. */
export type ZlibDecoder = Transform & { readonly bytesWritten: number }

/** node:zlib, which Bun, Deno and workerd have too; `undefined` where there is none. */
export function builtinZlib(): BuiltinZlib | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  const zlib = process?.getBuiltinModule?.('node:zlib') as Partial<BuiltinZlib> | undefined
  return zlib?.gzipSync === undefined || zlib.brotliCompressSync === undefined ? undefined : (zlib as BuiltinZlib)
}
