import type { HeaderFields } from './field-list.ts'

/** What a reply answers to; shared symbols, so that two copies of core agree. */
export const BYTES: unique symbol = Symbol.for('fsgi.bytes')
export const HEAD: unique symbol = Symbol.for('fsgi.head')
export const EDIT: unique symbol = Symbol.for('fsgi.edit')

/** A body whose bytes are at hand. A string stands for its UTF-8. */
export type KnownBody = string | Uint8Array<ArrayBuffer> | null

export interface Marked {
  [BYTES]?(): KnownBody | undefined
  [HEAD]?(): readonly string[] | null
  [EDIT]?(): HeaderFields
}
