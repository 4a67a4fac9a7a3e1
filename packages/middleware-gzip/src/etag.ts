import type { Choice } from './negotiate.ts'
import type { Coding } from './coding.ts'
import type { HeaderFields } from '@fsgi/core'

/**
 * A strong ETag names one sequence of bytes, so the coded body needs another than the body that the app made
 * (RFC 9110 §8.8.3.3). A weak one may stay: it promises the same meaning, not the same bytes.
 */
export interface EtagPolicy {
  /** The request for the app below: its preconditions name the app's own tags. */
  below(request: Request, coding: Choice): Request
  /** Gives coded content its tag. */
  coded(head: HeaderFields, coding: Coding): void
  /** Gives a 304 the tag of the response that the client asked about (RFC 9110 §15.4.5). */
  notModified(head: HeaderFields, request: Request, coding: Choice): void
}

/** The tag becomes weak: right for every app that compares If-None-Match weakly, as RFC 9110 §13.1.2 wants. */
export const weaken: EtagPolicy = {
  below: (request) => request,
  coded: (head) => retag(head, (tag) => `W/${tag}`),
  notModified(head, request) {
    const asked = tagsOf(request.headers.get('if-none-match'))
    retag(head, (tag) => (asked.includes(`W/${tag}`) ? `W/${tag}` : tag))
  },
}

/** The tag stays strong and says the coding: `"a"` becomes `"a+gzip"`, and the client's `"a+gzip"` becomes the app's `"a"`. */
export const suffix: EtagPolicy = {
  below(request, coding) {
    const safe = request.method === 'GET' || request.method === 'HEAD'
    // If-None-Match of a GET is about the response that would be sent now, in this coding. All else is about the resource,
    // whatever coding the client knows it in. If-Range is left: a tag that the app does not know makes it send the whole,
    // and a part of what the app made would not fit the coded bytes that the client holds (RFC 9110 §13.1.5).
    const noneMatch = withoutSuffix(request.headers.get('if-none-match'), safe ? coding : 'any')
    const match = withoutSuffix(request.headers.get('if-match'), 'any')
    if (noneMatch === null && match === null) return request
    const headers = new Headers(request.headers)
    if (noneMatch !== null) headers.set('if-none-match', noneMatch)
    if (match !== null) headers.set('if-match', match)
    return new Request(request, { headers })
  },
  coded: (head, coding) => retag(head, (tag) => withSuffix(tag, coding)),
  notModified(head, request, coding) {
    if (coding === 'identity' || coding === 'none') return
    const asked = tagsOf(request.headers.get('if-none-match'))
    retag(head, (tag) => {
      const own = withSuffix(tag, coding)
      return [own, `W/${own}`].find((form) => asked.includes(form)) ?? tag // as the client knows it: RFC 9111 §4.3.4
    })
  },
}

/** entity-tag = [ %s"W/" ] DQUOTE *etagc DQUOTE (RFC 9110 §8.8.3). */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g
const STRONG = /^"[\x21\x23-\x7e\x80-\xff]*"$/
const WEAK = /^W\/"[\x21\x23-\x7e\x80-\xff]*"$/
const SUFFIXED = /^((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*)\+(br|zstd|gzip|deflate)"$/

/** Changes a strong tag, leaves a weak one, and drops what is not a tag and so validates nothing. */
function retag(head: HeaderFields, change: (tag: string) => string): void {
  const tag = head.get('etag')
  if (tag === null || WEAK.test(tag)) return
  if (STRONG.test(tag)) head.set('etag', change(tag))
  else head.delete('etag')
}

function withSuffix(tag: string, coding: Coding): string {
  return `${tag.slice(0, -1)}+${coding}"`
}

/** The tags of a list; commas inside of quotes do not divide it. */
function tagsOf(list: string | null): string[] {
  return list?.match(TAG) ?? []
}

/** The list with the suffix taken off its tags; `null` if that changes nothing. */
function withoutSuffix(list: string | null, coding: Choice | 'any'): string | null {
  if (list === null || !list.includes('+')) return null
  const changed = list.replace(TAG, (tag) => {
    const [, start, named] = SUFFIXED.exec(tag) ?? []
    return start !== undefined && (coding === 'any' || coding === named) ? `${start}"` : tag
  })
  return changed === list ? null : changed
}
