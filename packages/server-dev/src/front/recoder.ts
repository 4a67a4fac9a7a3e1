import zlib from 'node:zlib'
import type { Transform } from 'node:stream'

/** Content that is appended to on its way. Its steps do not overlap; each gives what is to be sent on. */
export interface Recoder {
  push(bytes: Uint8Array): Promise<Uint8Array[]>
  /** The end of the content, `tail` appended. */
  finish(tail: Uint8Array): Promise<Uint8Array[]>
  /** Frees what it holds. */
  destroy(): void
}

/**
 * For content in this coding (RFC 9110 §8.4.1); undefined for one that is not known here, or two. It decodes and codes again,
 * flushing, so that what has arrived can be seen by the browser; fast rather than small.
 */
export function recoder(coding: string): (() => Recoder) | undefined {
  const name = coding.trim().toLowerCase().replace(/^x-/, '')
  if (name === '' || name === 'identity') return plain
  const open = CODINGS[name]
  return open && (() => coded(...open()))
}

function plain(): Recoder {
  return { push: async (bytes) => [bytes], finish: async (tail) => [tail], destroy: () => {} }
}

const { constants: c } = zlib
/** Node has them since 22.15 and 23.8. */
const { createZstdDecompress, createZstdCompress } = zlib as Partial<
  Record<'createZstdDecompress' | 'createZstdCompress', (options?: object) => Transform>
>
const CODINGS: Readonly<Record<string, (() => [Transform, Transform]) | undefined>> = {
  gzip: () => [zlib.createGunzip(), zlib.createGzip({ level: 1, flush: c.Z_SYNC_FLUSH })],
  deflate: () => [zlib.createInflate(), zlib.createDeflate({ level: 1, flush: c.Z_SYNC_FLUSH })],
  br: () => [
    zlib.createBrotliDecompress(),
    zlib.createBrotliCompress({ flush: c.BROTLI_OPERATION_FLUSH, params: { [c.BROTLI_PARAM_QUALITY]: 2 } }),
  ],
  zstd:
    createZstdDecompress && createZstdCompress
      ? () => [createZstdDecompress(), createZstdCompress({ flush: (c as Record<string, number>)['ZSTD_e_flush'] })]
      : undefined,
}

function coded(decoder: Transform, encoder: Transform): Recoder {
  const [decode, encode] = [steps(decoder), steps(encoder)]
  const written = async (pieces: readonly Uint8Array[]): Promise<Uint8Array[]> => {
    const bytes = Buffer.concat(pieces)
    return bytes.length === 0 ? [] : encode.write(bytes)
  }
  return {
    push: async (bytes) => written(await decode.write(bytes)),
    async finish(tail) {
      const last = await written([...(await decode.finish()), tail])
      return [...last, ...(await encode.finish())]
    },
    destroy() {
      decoder.destroy()
      encoder.destroy()
    },
  }
}

interface Steps {
  write(bytes: Uint8Array): Promise<Uint8Array[]>
  finish(): Promise<Uint8Array[]>
}

function steps(transform: Transform): Steps {
  let out: Uint8Array[] = []
  let failed: Error | undefined
  let fail: (error: Error) => void = () => {}
  transform.on('data', (piece: Uint8Array) => out.push(piece))
  transform.on('error', (error) => {
    failed = error
    fail(error)
  })
  const step = (start: (done: () => void) => void): Promise<Uint8Array[]> =>
    new Promise((resolve, reject) => {
      if (failed !== undefined) return reject(failed)
      fail = reject
      start(() => {
        const pieces = out
        out = []
        resolve(pieces)
      })
    })
  return {
    write: (bytes) =>
      transform.readableEnded
        ? Promise.resolve([])
        : step((done) => transform.write(bytes, (error) => (error ? fail(error) : done()))),
    // what comes after the end of the coded content is ignored, as browsers do
    finish: () => step((done) => (transform.readableEnded ? done() : transform.once('end', done).end())),
  }
}
