import { isCompressible, mediaType } from './compressible.ts'
import { numberFor } from './per-response.ts'
import { STREAMED_TYPES } from './streamed-types.ts'
import type { HeaderFields } from '@fsgi/core'
import type { KnownBody } from '@fsgi/core'
import type { GzipSettings } from './options.ts'

/**
 * What may be done with a response, whatever codings the client accepts:
 * - `'leave'`: nothing: coding would be wrong or of no use, and who asks with another Accept-Encoding gets the same;
 * - `'vary'`: not coded this time, but the resource is one whose responses are, and caches must know;
 * - `'code'`: it is coded if client and server have a coding in common.
 */
export type Treatment = 'leave' | 'vary' | 'code'

export function treatment(
  request: Request,
  response: Response,
  head: Pick<HeaderFields, 'get' | 'has'>,
  body: KnownBody | undefined,
  settings: GzipSettings,
  canFlush: boolean,
): Treatment {
  const { status } = response
  if (status < 200 || status === 204 || status === 205) return 'leave' // no content (RFC 9110 §15)
  if (body === undefined && (response.bodyUsed || response.body?.locked === true)) return 'leave' // the server says so
  if (head.has('content-encoding')) return 'leave'
  if (NO_TRANSFORM.test(head.get('cache-control') ?? '')) return 'leave' // RFC 9111 §5.2.2.6
  if (DIGESTS.some((name) => head.has(name))) return 'leave' // they are of the content as sent (RFC 9530 §2)

  const type = head.get('content-type')
  const typeless304 = status === 304 && type === null // RFC 9110 §15.4.5: usual, so its type cannot be judged
  if (!typeless304 && !(settings.filter?.(request, response) ?? isCompressible(type))) return 'leave'
  if (!canFlush && flushesEachChunk(request, response, type, settings)) return 'leave' // events would be held back (SPEC M8)
  if (status === 304) return 'vary'
  if (status === 206 || head.has('content-range')) return 'vary' // ranges of the uncoded bytes (RFC 9110 §14.4)
  if (body === null && request.method !== 'HEAD') return 'leave'
  if (settings.noTransform === 'both' && NO_TRANSFORM.test(request.headers.get('cache-control') ?? '')) return 'vary'
  return isSmall(head.get('content-length'), body, thresholdFor(request, response, settings)) ? 'vary' : 'code'
}

/** Bytes below which a body is not worth coding. */
export function thresholdFor(request: Request, response: Response, { threshold }: GzipSettings): number {
  return numberFor(threshold, 'threshold', [0, Number.MAX_SAFE_INTEGER], request, response)
}

/** Whether each chunk of the stream is to be handed on at once. */
export function flushesEachChunk(
  request: Request,
  response: Response,
  type: string | null,
  { flush }: GzipSettings,
): boolean {
  if (typeof flush === 'function' ? flush(request, response) : flush) return true
  return type !== null && STREAMED_TYPES.has(mediaType(type))
}

const NO_TRANSFORM = /(?:^|,)[ \t]*no-transform[ \t]*(?:,|$)/i
const DIGESTS = ['content-digest', 'content-md5'] as const

function isSmall(length: string | null, body: KnownBody | undefined, threshold: number): boolean {
  if (body === undefined || body === null) return length !== null && Number(length) < threshold
  if (typeof body !== 'string') return body.byteLength < threshold
  if (body.length >= threshold) return false // no character has less than a byte
  return body.length * 3 < threshold || encoder.encode(body).byteLength < threshold
}

const encoder = new TextEncoder()
