import { fileStream } from './file-stream.ts'
import { modifiedOf } from './version-tag.ts'
import { OpenFile } from './open-file.ts'
import type { BigIntStats } from 'node:fs'
import type { ReadPace } from './read-pace.ts'
import type { StreamedFile } from './backend.ts'

/** A file that was checked and is sent from a descriptor, which is opened when content is wanted: HEAD and 304 need none. */
export function streamedFile(
  path: string,
  name: string,
  stats: BigIntStats,
  etag: string,
  pace: ReadPace,
): StreamedFile {
  let open: OpenFile | null = null
  return {
    size: Number(stats.size),
    modified: modifiedOf(stats),
    etag,
    version: stats,
    bytes: null,
    stream(start, end) {
      open ??= OpenFile.open(path, stats)
      return open === null ? null : fileStream(open, start, end, name, pace)
    },
    ...(pace.isSlow ? null : { part }),
    close: () => open?.close(),
  }

  function part(start: number, end: number): Uint8Array<ArrayBuffer> | null {
    const opened = OpenFile.open(path, stats)
    if (opened === null) return null
    try {
      const bytes = unfilled(end - start)
      return pace.timed(() => opened.readSync(bytes, start)) === bytes.length ? bytes : null
    } finally {
      opened.close()
    }
  }
}

/** Memory that will be filled as a whole: to have it zeroed first takes as long as to read the file. */
function unfilled(size: number): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(size)
  return new Uint8Array(buffer, byteOffset, size)
}
