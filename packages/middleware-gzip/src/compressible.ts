import { COMPRESSIBLE_TYPES } from './compressible-types.ts'
import { STREAMED_TYPES } from './streamed-types.ts'

/**
 * Whether content of this media type is worth coding: text, what is built on JSON, XML or YAML, and what mime-db lists.
 * A Content-Type that is missing is not: nobody knows what it is, and it may be coded already.
 */
export function isCompressible(contentType: string | null): boolean {
  if (contentType === null) return false
  const type = mediaType(contentType)
  return COMPRESSIBLE_PATTERN.test(type) || TYPES.has(type)
}

/** `'text/html'` of `'Text/HTML; charset=utf-8'` (RFC 9110 §8.3.1). */
export function mediaType(contentType: string): string {
  const end = contentType.indexOf(';')
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase()
}

const COMPRESSIBLE_PATTERN = /^text\/|\+(?:json|text|xml|yaml)$/

/** mime-db's table, and text formats that it does not know or says nothing about. */
const TYPES: ReadonlySet<string> = new Set([
  ...COMPRESSIBLE_TYPES,
  ...STREAMED_TYPES,
  'application/graphql',
  'application/json5',
  'application/sql',
  'application/vnd.apple.mpegurl',
  'application/x-yaml',
  'application/yaml',
])
