import { LIVE_SCRIPT } from './live-script.ts'
import { allowedScript } from './allowed-script.ts'
import { appendToBody } from './append-to-body.ts'
import { isPageRequest } from './page-request.ts'
import { recoder } from './recoder.ts'

/**
 * The response with the live script appended, where it is a page that a browser has asked for and that may be changed on its
 * way; else the response itself. What is appended is always the same, so that an ETag stays as true as it was.
 *
 * @param refused is told why where a page's own policy does not let the script in.
 */
export function injectLive(request: Request, response: Response, refused: (why: string) => void): Response {
  const { headers, body } = response
  if (body === null || !isPageRequest(request) || !isPage(response)) return response
  const open = recoder(headers.get('content-encoding') ?? '')
  if (open === undefined) return response
  const verdict = allowedScript(headers.get('content-security-policy'), new URL(LIVE_SCRIPT, request.url))
  if (verdict.why !== undefined) {
    refused(verdict.why)
    return response
  }
  const tail = encoder.encode(scriptTag(verdict.nonce))
  const changed = new Response(appendToBody(body, tail, open, isAppendable(headers)), response)
  for (const name of OF_THE_BYTES) changed.headers.delete(name)
  const length = headers.get('content-length')
  if (isPlain(headers) && declaredCharset(headers) !== undefined && length !== null)
    changed.headers.set('content-length', String(Number(length) + tail.length))
  else changed.headers.delete('content-length')
  return changed
}

const encoder = new TextEncoder()

/** Digests (RFC 9530) are of the content as the application has sent it. */
const OF_THE_BYTES = ['content-digest', 'repr-digest', 'digest', 'content-md5']

function scriptTag(nonce: string | undefined): string {
  return `<script type="module" src="${LIVE_SCRIPT}"${nonce === undefined ? '' : ` nonce="${nonce}"`}></script>\n`
}

/** A whole page that is to be shown, and that nobody has forbidden to change (RFC 9110 §7.7, RFC 9111 §5.2.2.6). */
function isPage({ status, headers }: Response): boolean {
  if (status === 206 || !/^text\/html\s*(?:;|$)/i.test(headers.get('content-type') ?? '')) return false
  if (/^\s*attachment\b/i.test(headers.get('content-disposition') ?? '')) return false
  return !/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(headers.get('cache-control') ?? '') && isAsciiBased(headers)
}

function isPlain(headers: Headers): boolean {
  return /^(?:identity)?$/i.test(headers.get('content-encoding') ?? '')
}

function declaredCharset(headers: Headers): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(headers.get('content-type') ?? '')?.[1]?.toLowerCase()
}

/** Whether the script's text means the same in the page's charset; of those that browsers know only UTF-16 and one more differ. */
function isAsciiBased(headers: Headers): boolean {
  return !/^(?:utf-?16|utf-?32|ucs-?2|unicode|csunicode|iso-10646-ucs-2|utf-?7|iso-2022)/.test(
    declaredCharset(headers) ?? '',
  )
}

/** By the first bytes: no byte order mark of UTF-16, and `deflate` as it is meant to be (RFC 1950), not as some have sent it. */
function isAppendable(headers: Headers): (first: Uint8Array) => boolean {
  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  if (coding === 'deflate') return ([a = 0, b]) => (a & 15) === 8 && (b === undefined || (a * 256 + b) % 31 === 0)
  return ([a, b]) => coding !== '' || !((a === 0xfe && b === 0xff) || (a === 0xff && b === 0xfe))
}
