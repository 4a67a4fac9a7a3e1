import type { BuiltinZlib } from './builtin-zlib.ts'
import type { Transform } from 'node:stream'
import { builtinZlib } from './builtin-zlib.ts'
import type { Coding } from './coding.ts'

/** How node:zlib makes one coding. */
export interface Recipe {
  /** Options for a level; `size` is the length of the content, if it is known. */
  options(level: number, size?: number): object
  now(bytes: Uint8Array, options: object): Uint8Array<ArrayBuffer>
  inThread(
    bytes: Uint8Array,
    options: object,
    done: (error: Error | null, coded: Uint8Array<ArrayBuffer>) => void,
  ): void
  open(options: object): ZlibTransform
  /** The flush after which everything written so far can be decoded. */
  readonly flush: number
}

/** What all compressors of node:zlib are. */
export type ZlibTransform = Transform & { flush(kind: number, done: () => void): void }

/** The recipes that work on this runtime, or `undefined` if it has no node:zlib. */
export function recipes(): Partial<Record<Coding, Recipe>> | undefined {
  cached ??= load() ?? null
  return cached ?? undefined
}

let cached: Partial<Record<Coding, Recipe>> | null | undefined

function load(): Partial<Record<Coding, Recipe>> | undefined {
  const zlib = builtinZlib()
  if (zlib === undefined) return undefined
  const c = zlib.constants
  const gzip: Recipe = {
    options: (level, size) => ({ level, windowBits: size === undefined ? 15 : windowFor(size) }),
    now: zlib.gzipSync,
    inThread: zlib.gzip,
    open: zlib.createGzip,
    flush: c.Z_SYNC_FLUSH!,
  }
  // Its first byte tells the window's size, and some clients know none but that of the largest.
  const whole = (level: number): object => ({ level })
  const deflate: Recipe = {
    ...gzip,
    options: whole,
    now: zlib.deflateSync,
    inThread: zlib.deflate,
    open: zlib.createDeflate,
  }
  const br: Recipe = {
    options: (level, size) => ({
      params: {
        [c.BROTLI_PARAM_QUALITY!]: level,
        ...(size !== undefined && { [c.BROTLI_PARAM_SIZE_HINT!]: size }),
      },
    }),
    now: zlib.brotliCompressSync,
    inThread: zlib.brotliCompress,
    open: zlib.createBrotliCompress,
    flush: c.BROTLI_OPERATION_FLUSH!,
  }
  const zstd = zstdRecipe(zlib)
  return { gzip, deflate, br, ...(zstd !== undefined && { zstd }) }
}

/**
 * zlib clears its window and the tables beside it for each response, so they are no larger than the content needs: the bytes are the
 * same. In bits, from 9 to 15; zlib keeps 262 bytes of a window to itself.
 */
function windowFor(size: number): number {
  let bits = 9
  while (bits < 15 && 2 ** bits - 262 < size) bits++
  return bits
}

/** Node has zstd since 22.15 and 23.8. Others have had the names without the function, so it must prove itself. */
function zstdRecipe(zlib: BuiltinZlib): Recipe | undefined {
  const { zstdCompressSync, zstdCompress, createZstdCompress, zstdDecompressSync, constants: c } = zlib
  if (!zstdCompressSync || !zstdCompress || !createZstdCompress || !zstdDecompressSync) return undefined
  const recipe: Recipe = {
    // Decoders need not accept windows above 8 MiB (RFC 9659 §3), and from level 17 on zstd would use larger ones.
    options: (level) => ({
      params: { [c.ZSTD_c_compressionLevel!]: level, ...(level >= 17 && { [c.ZSTD_c_windowLog!]: 23 }) },
    }),
    now: zstdCompressSync,
    inThread: zstdCompress,
    open: createZstdCompress,
    flush: c.ZSTD_e_flush!,
  }
  try {
    const probe = new TextEncoder().encode('zstd zstd zstd zstd')
    const back = zstdDecompressSync(recipe.now(probe, recipe.options(3)))
    return new TextDecoder().decode(back) === 'zstd zstd zstd zstd' ? recipe : undefined
  } catch {
    return undefined
  }
}
