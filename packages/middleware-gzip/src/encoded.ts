/** Coded bytes, or `null` where coding did not make the content shorter. */
export type Encoded = Uint8Array<ArrayBuffer> | null
