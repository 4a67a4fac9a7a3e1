import type { NewRecord, NextRotation, StoredRecord } from './session-store.ts'

/** The time at which records begin, far from this machine's: `call.now` is the only clock. */
export const START = 2_000_000_000_000
export const HOUR = 3_600_000

/** A record that begins at `START`, is idle after an hour, and ends after ten. */
export function newRecord(given: Partial<NewRecord> = {}): NewRecord {
  return {
    verifierHash: crypto.getRandomValues(new Uint8Array(32)),
    subject: null,
    data: bytesOf('0'),
    commitId: newCommitId(),
    createdAt: START,
    idleAt: START + HOUR,
    absoluteAt: START + 10 * HOUR,
    ...given,
  }
}

export function newRotation(given: Partial<NextRotation> = {}): NextRotation {
  const { createdAt: _, ...rotation } = newRecord(given)
  return rotation
}

/** The id of a session, as the middleware makes it: 128 random bits in 22 characters of base64url. */
export function newId(): string {
  return random(16)
}

/** The mark of a commit, as the middleware makes it: 16 characters. */
export function newCommitId(): string {
  return random(12)
}

function random(bytes: number): string {
  const binary = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes)))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** A record with bytes as text and members in one order, to be compared and printed. */
export function shown(record: Readonly<StoredRecord> | null): unknown {
  if (record === null) return null
  const { version, generation, createdAt, idleAt, absoluteAt, subject, commitId, data, verifierHash } = record
  const [text, hash] = [data, verifierHash].map((bytes) =>
    bytes instanceof Uint8Array ? [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('') : bytes,
  )
  return { version, generation, createdAt, idleAt, absoluteAt, subject, commitId, data: text, verifierHash: hash }
}
