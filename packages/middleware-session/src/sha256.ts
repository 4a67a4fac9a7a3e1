/**
 * SHA-256 (FIPS 180-4) of at most 55 characters of ASCII: one block. Gives the eight words of the hash, in an array that the next
 * call overwrites. Its time depends on the length only. For one block the platform's costs several times as much: it is reached
 * through calls and allocations outside of JavaScript, and where there is only WebCrypto, through a promise (docs/decisions/0009).
 * @throws {RangeError} for a longer text.
 */
export function sha256(text: string): Int32Array {
  if (text.length > 55) throw new RangeError('sha256() hashes at most 55 characters')
  schedule(text)
  let a = FIRST[0]!
  let b = FIRST[1]!
  let c = FIRST[2]!
  let d = FIRST[3]!
  let e = FIRST[4]!
  let f = FIRST[5]!
  let g = FIRST[6]!
  let h = FIRST[7]!
  for (let i = 0; i < 64; i++) {
    const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + sum1 + (g ^ (e & (f ^ g))) + CONSTANTS[i]! + WORDS[i]!) | 0
    const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (sum0 + ((a & b) | (c & (a | b)))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  HASH[0] = FIRST[0]! + a
  HASH[1] = FIRST[1]! + b
  HASH[2] = FIRST[2]! + c
  HASH[3] = FIRST[3]! + d
  HASH[4] = FIRST[4]! + e
  HASH[5] = FIRST[5]! + f
  HASH[6] = FIRST[6]! + g
  HASH[7] = FIRST[7]! + h
  return HASH
}

/** The block, padded (§5.1.1), and what follows from it (§6.2.2). Arrays of Int32 wrap around by themselves. */
function schedule(text: string): void {
  WORDS.fill(0, 0, 15)
  for (let i = 0; i < text.length; i++) WORDS[i >> 2]! |= text.charCodeAt(i) << (24 - (i & 3) * 8)
  WORDS[text.length >> 2]! |= 0x80 << (24 - (text.length & 3) * 8)
  WORDS[15] = text.length * 8
  for (let i = 16; i < 64; i++) {
    const x = WORDS[i - 15]!
    const y = WORDS[i - 2]!
    const sigma0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const sigma1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    WORDS[i] = WORDS[i - 16]! + sigma0 + WORDS[i - 7]! + sigma1
  }
}

const WORDS = new Int32Array(64)
const HASH = new Int32Array(8)

// prettier-ignore
const FIRST = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
)

// prettier-ignore
const CONSTANTS = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
)
