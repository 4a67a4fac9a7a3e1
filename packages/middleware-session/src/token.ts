import { bytesToBase64url } from './base64.ts'
import { sha256 } from './sha256.ts'

/**
 * What the cookie holds: `selector.verifier`. The selector names the record and is no secret; it may be logged and listed.
 * The verifier is the secret; the store keeps only its SHA-256, so that a dump of the store lets nobody in.
 */
export interface Token {
  /** 128 random bits, base64url: 22 characters. */
  readonly selector: string
  /** 256 random bits, base64url: 43 characters. */
  readonly verifier: string
}

/** The token in a cookie's value, or `null` if it is not one that we could have issued. */
export function parseToken(value: string): Token | null {
  return TOKEN.test(value) ? { selector: value.slice(0, 22), verifier: value.slice(23) } : null
}

const TOKEN = /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/

export function formatToken({ selector, verifier }: Token): string {
  return `${selector}.${verifier}`
}

export function newSelector(): string {
  return random(16)
}

export function newVerifier(): string {
  return random(32)
}

/** Marks one commit: unique, but no secret. Platforms draw the randomness for many at once: 0.1 µs instead of 3 on Node. */
export function newCommitId(): string {
  return crypto.randomUUID()
}

function random(bytes: number): string {
  return bytesToBase64url(crypto.getRandomValues(new Uint8Array(bytes)))
}

/** What the store keeps of a verifier: SHA-256 of its characters. */
export function hashVerifier(verifier: string): Uint8Array {
  const words = sha256(verifier)
  const bytes = new Uint8Array(32)
  for (let i = 0; i < 32; i++) bytes[i] = byteOf(words, i)
  return bytes
}

/** Whether the bytes that a store kept are a verifier's hash, in a time that does not depend on where they differ. */
export function isHashOf(kept: Uint8Array, verifier: string): boolean {
  if (kept.length !== 32) return false
  const words = sha256(verifier)
  let difference = 0
  for (let i = 0; i < 32; i++) difference |= kept[i]! ^ byteOf(words, i)
  return difference === 0
}

function byteOf(words: Int32Array, index: number): number {
  return (words[index >> 2]! >>> (24 - (index & 3) * 8)) & 0xff
}

/** 32 bytes that only somebody with the verifier can compute, different for each label: HMAC-SHA-256. */
export async function deriveSecret(verifier: string, label: string): Promise<Uint8Array> {
  const text = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', text.encode(verifier), algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, text.encode(`fsgi session\0${label}`)))
}
