/** The content codings that `gzip()` may apply (RFC 9110 §8.4.1, RFC 7932, RFC 8878), in its order of preference. */
export const CODINGS = ['br', 'zstd', 'gzip', 'deflate'] as const

export type Coding = (typeof CODINGS)[number]
