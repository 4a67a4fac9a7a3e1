import type { KnownFile } from './backend.ts'

/** A file whose content is at hand. */
export function inMemory(bytes: Uint8Array<ArrayBuffer>, modified: number | null, etag: string): KnownFile {
  return { size: bytes.length, modified, etag, bytes }
}
