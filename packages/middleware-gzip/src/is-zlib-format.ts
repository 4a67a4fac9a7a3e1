/**
 * Whether content that is coded with deflate begins as it should, with method 8 (RFC 1950 §2.2). Some clients send it without
 * that frame (RFC 9110 §8.4.1.2); it then begins with another value, because a block that is not the last, stored, and whose
 * padding is not zero is made by nobody.
 */
export function isZlibFormat(first: Uint8Array): boolean {
  return (first[0]! & 0x0f) === 8
}
