import type { KnownBody } from '@fsgi/core'
import type { Coding } from './coding.ts'
import type { HeaderFields } from '@fsgi/core'

/**
 * What names the coded form of a response among all, or `null` if it must not be kept. A strong ETag names the bytes
 * (RFC 9110 §8.8.1); the rest guards against apps that give one tag to several things.
 */
export function cacheKey(
  request: Request,
  status: number,
  head: Pick<HeaderFields, 'get' | 'has'>,
  body: KnownBody | undefined,
  coding: Coding,
  level: number,
): string | null {
  const etag = head.get('etag')
  if (etag === null || !STRONG.test(etag) || request.method !== 'GET' || status !== 200) return null
  if (head.has('set-cookie') || PERSONAL.test(head.get('vary') ?? '')) return null
  const control = head.get('cache-control') ?? ''
  if (PRIVATE.test(control)) return null
  if (request.headers.has('authorization') && !PUBLIC.test(control)) return null // RFC 9111 §3.5
  const length = body?.length ?? head.get('content-length') ?? ''
  return [coding, level, length, head.get('content-type'), etag, request.url].join('\n')
}

const STRONG = /^"[\x21\x23-\x7e\x80-\xff]*"$/
const PRIVATE = /(?:^|,)[ \t]*(?:private|no-store)[ \t]*(?:[,=]|$)/i
const PUBLIC = /(?:^|,)[ \t]*public[ \t]*(?:,|$)/i
const PERSONAL = /(?:^|,)[ \t]*(?:\*|cookie|authorization)[ \t]*(?:,|$)/i
