import type { StreamEncoder } from './code-stream.ts'
import type { ZlibTransform } from './zlib-recipes.ts'

/** A compressor of node:zlib as steps that each give what came out. `destroy` frees its memory, at any time. */
export function zlibEncoder(transform: ZlibTransform, flushKind: number): StreamEncoder {
  let out: Uint8Array[] = []
  let fail: (error: Error) => void = () => {}

  transform.on('data', (piece: Uint8Array) => out.push(piece))
  transform.on('error', (error: Error) => fail(error))

  function step(start: (done: () => void) => void): Promise<Uint8Array[]> {
    return new Promise((resolve, reject) => {
      fail = reject
      start(() => {
        const pieces = out
        out = []
        resolve(pieces)
      })
    })
  }

  return {
    write: (bytes) => step((done) => transform.write(bytes, (error) => (error ? fail(error) : done()))),
    flush: () => step((done) => transform.flush(flushKind, done)),
    finish: () =>
      step((done) => {
        transform.once('end', done)
        transform.end()
      }),
    destroy: () => void transform.destroy(),
  }
}
