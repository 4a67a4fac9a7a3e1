import { bytesToBase64url } from './base64.ts'

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

/** Marks one commit: unique, but no secret. One UUID does for many, as to write one down costs more than to count. */
export function newCommitId(): string {
  if (commits % 100 === 0) series = crypto.randomUUID()
  return `${series}.${commits++ % 100}`
}

let series: string
let commits = 0

function random(bytes: number): string {
  return bytesToBase64url(crypto.getRandomValues(new Uint8Array(bytes)))
}

/** What the store keeps of a verifier: SHA-256 of its characters, one character for each byte. */
export function hashVerifier(verifier: string): string | Promise<string> {
  if (nodeCrypto === undefined) return hashByWebCrypto(verifier)
  // As text: an array of bytes takes Node three times as long to make as the hash.
  if (nodeCrypto.hash !== undefined) return nodeCrypto.hash('sha256', verifier, 'latin1')
  return nodeCrypto.createHash('sha256').update(verifier).digest('latin1')
}

/** The same everywhere. Where there is `node:crypto` it is not used: 38 µs of CPU against 2 µs on Node 20. */
export async function hashByWebCrypto(verifier: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return String.fromCharCode(...new Uint8Array(hash))
}

/** The hash as a store is given it. */
export async function hashBytes(verifier: string): Promise<Uint8Array> {
  return Uint8Array.from(await hashVerifier(verifier), (character) => character.charCodeAt(0))
}

interface NodeCrypto {
  /** From Node 20.12 on. */
  hash?(name: 'sha256', text: string, encoding: 'latin1'): string
  createHash(name: 'sha256'): { update(text: string): { digest(encoding: 'latin1'): string } }
}

const nodeCrypto = (
  globalThis.process as { getBuiltinModule?: (name: string) => unknown } | undefined
)?.getBuiltinModule?.('node:crypto') as NodeCrypto | undefined

/** Whether the bytes that a store kept are those of a hash, in a time that does not depend on where they differ. */
export function equalHashes(kept: Uint8Array, hash: string): boolean {
  if (kept.length !== hash.length) return false
  let difference = 0
  for (let i = 0; i < kept.length; i++) difference |= kept[i]! ^ hash.charCodeAt(i)
  return difference === 0
}

/** 32 bytes that only somebody with the verifier can compute, different for each label: HMAC-SHA-256. */
export async function deriveSecret(verifier: string, label: string): Promise<Uint8Array> {
  const text = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', text.encode(verifier), algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, text.encode(`fsgi session\0${label}`)))
}
