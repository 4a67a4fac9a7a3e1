import { parseHttpDate } from './http-date.ts'
import { parseTags, strongMatch, weakMatch } from './entity-tags.ts'

/** What a request's conditions are compared with. */
export interface Validators {
  readonly etag: string
  /** Last-Modified in whole seconds since 1970, or `null`. */
  readonly lastModified: number | null
}

/**
 * Evaluates the conditions of a GET or HEAD in the order of RFC 9110 §13.2.2. 200: go on; 304: the client has it;
 * 412: a condition does not hold. If-Range comes after these, where a range is asked for: see `ifRangeHolds`.
 */
export function evaluatePreconditions(headers: Headers, validators: Validators): 200 | 304 | 412 {
  const { etag, lastModified } = validators
  const ifMatch = headers.get('if-match')
  if (ifMatch !== null) {
    if (!matches(ifMatch, etag, strongMatch)) return 412
  } else {
    const unmodifiedSince = dateField(headers, 'if-unmodified-since')
    if (unmodifiedSince !== null && lastModified !== null && lastModified > unmodifiedSince) return 412
  }
  const ifNoneMatch = headers.get('if-none-match')
  if (ifNoneMatch !== null) return matches(ifNoneMatch, etag, weakMatch) ? 304 : 200
  const modifiedSince = dateField(headers, 'if-modified-since')
  return modifiedSince !== null && lastModified !== null && lastModified <= modifiedSince ? 304 : 200
}

/** Whether the client's part is of the same version, so that it may be given another (RFC 9110 §13.1.5): no guess is enough. */
export function ifRangeHolds(headers: Headers, { etag, lastModified }: Validators): boolean {
  const ifRange = headers.get('if-range')
  if (ifRange === null) return true
  const tags = parseTags(ifRange)
  if (tags !== null) return tags.length === 1 && strongMatch(tags[0]!, etag)
  return lastModified !== null && parseHttpDate(ifRange) === lastModified
}

/** A field that is not a list of tags matches nothing: GET then answers in full, and If-Match refuses. */
function matches(list: string, etag: string, same: (one: string, other: string) => boolean): boolean {
  if (list === '*') return true // there is a representation
  if (list === etag) return same(etag, etag) // what most clients send
  return parseTags(list)?.some((tag) => same(tag, etag)) ?? false
}

/** A field that is not one HTTP-date is as good as absent (RFC 9110 §13.1.3, §13.1.4). */
function dateField(headers: Headers, name: string): number | null {
  const value = headers.get(name)
  return value === null ? null : parseHttpDate(value)
}
