import type { StoredFile } from './backend.ts'

/** A file whose content is at hand. */
export function inMemory(bytes: Uint8Array<ArrayBuffer>, modified: number | null, etag: string): StoredFile {
  return {
    size: bytes.length,
    modified,
    etag,
    bytes,
    stream: (start, end) => new Blob([bytes.subarray(start, end)]).stream(),
    close: () => {},
  }
}
