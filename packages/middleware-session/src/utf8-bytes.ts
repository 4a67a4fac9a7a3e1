/**
 * Text as UTF-8. Up to 64 bytes V8 keeps an array in its own heap, and filling it here costs a fifth of what the encoder takes to
 * make one outside, which is then the garbage collector's to free.
 */
export function utf8Bytes(text: string): Uint8Array {
  if (text.length > 64) return ENCODER.encode(text)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return ENCODER.encode(text) // not ASCII
    bytes[i] = code
  }
  return bytes
}

const ENCODER = new TextEncoder()
