import type { StoredRecord } from './store.ts'

/** What a sealed cookie says: the data, whose they are, since when and until when, and the secret for `derive`. */
export interface PackedRecord extends Pick<StoredRecord, 'createdAt' | 'idleAt' | 'absoluteAt' | 'subject' | 'data'> {
  readonly verifier: string
}

/** A line of JSON, then the data. Filled up with blanks, so that the length says little about the data. */
export function packRecord({
  createdAt,
  idleAt,
  absoluteAt,
  subject,
  verifier,
  data,
}: PackedRecord): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${JSON.stringify([createdAt, idleAt, absoluteAt, subject, verifier])}\n`)
  const length = head.length + data.length
  const packed = new Uint8Array(Math.ceil(length / BLOCK) * BLOCK).fill(BLANK)
  packed.set(head)
  packed.set(data, head.length)
  return packed
}

/** The reverse. The bytes were sealed by us: they are what we wrote. */
export function unpackRecord(packed: Uint8Array): PackedRecord {
  const start = packed.indexOf(NEWLINE) + 1
  const head = JSON.parse(new TextDecoder().decode(packed.subarray(0, start))) as Head
  const [createdAt, idleAt, absoluteAt, subject, verifier] = head
  let end = packed.length
  while (packed[end - 1] === BLANK) end--
  return { createdAt, idleAt, absoluteAt, subject, verifier, data: packed.slice(start, end) }
}

type Head = [createdAt: number, idleAt: number, absoluteAt: number, subject: string | null, verifier: string]

const BLOCK = 32
const NEWLINE = 0x0a
/** The data are JSON in brackets, and do not end with it. */
const BLANK = 0x20
