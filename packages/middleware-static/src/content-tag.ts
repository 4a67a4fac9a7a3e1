import type { OpenFile } from './open-file.ts'

/** A strong entity tag made from the bytes themselves (RFC 9110 §8.8.3): 132 bits of their SHA-256. */
export async function contentTag(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return tagOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** The same tag of a file that is too large for memory, read to its end: a gigabyte takes about a second. */
export async function contentTagOf(open: OpenFile): Promise<string> {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  const buffer = new Uint8Array(1024 * 1024)
  for (let position = 0; ;) {
    const bytesRead = await open.read(buffer, position)
    if (bytesRead === 0) return tagOf(new Uint8Array(hash.digest()))
    hash.update(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
}

function tagOf(hash: Uint8Array): string {
  return `"${btoa(String.fromCharCode(...hash))
    .slice(0, 22)
    .replaceAll('+', '-')
    .replaceAll('/', '_')}"`
}
