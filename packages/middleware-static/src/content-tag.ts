/** A strong entity tag made from the bytes themselves (RFC 9110 §8.8.3): 132 bits of their SHA-256. */
export async function contentTag(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return `"${btoa(String.fromCharCode(...hash))
    .slice(0, 22)
    .replaceAll('+', '-')
    .replaceAll('/', '_')}"`
}
