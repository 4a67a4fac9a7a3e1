import { reply } from '@fsgi/core'
import { multipartRanges } from './multipart-ranges.ts'
import { selectedPart } from './selected-part.ts'
import type { StoredFile } from './backend.ts'

/** What is sent with a file besides its content. */
export interface FileFields {
  readonly type: string
  readonly cacheControl: string | null
}

/** The answer to a GET or HEAD for a file: all of it, parts of it, or neither (RFC 9110 §13, §14, §15.4.5). */
export function fileResponse(request: Request, file: StoredFile, fields: FileFields): Response {
  const lastModified = lastModifiedOf(file)
  const part = selectedPart(request, file.size, { etag: file.etag, lastModified })

  if (part.status === 412) return reply(null, { status: 412, headers: { 'content-length': '0' } })
  if (part.status === 416) {
    return reply(null, { status: 416, headers: { 'content-range': `bytes */${file.size}`, 'content-length': '0' } })
  }
  const headers: Record<string, string> = { etag: file.etag }
  if (fields.cacheControl !== null) headers['cache-control'] = fields.cacheControl
  if (part.status === 304) return reply(null, { status: 304, headers }) // the fields that a cache updates; the server adds Date

  if (lastModified !== null) headers['last-modified'] = new Date(lastModified * 1000).toUTCString()
  headers['accept-ranges'] = 'bytes'
  headers['content-type'] = fields.type
  headers['x-content-type-options'] = 'nosniff' // what a file is, is said by its name and not guessed from its content

  if (part.status === 206 && part.ranges.length > 1) {
    const multipart = multipartRanges(file, part.ranges, fields.type)
    headers['content-type'] = multipart.type
    headers['content-length'] = String(multipart.length)
    return answer(206, multipart.body(), headers)
  }
  const { start, end } = part.status === 206 ? part.ranges[0]! : { start: 0, end: file.size }
  headers['content-length'] = String(end - start)
  if (part.status === 206) headers['content-range'] = `bytes ${start}-${end - 1}/${file.size}`
  if (request.method === 'HEAD') return reply(null, { headers })
  if (file.bytes === null) return answer(part.status, file.stream(start, end), headers)
  return answer(part.status, end - start === file.size ? file.bytes : file.bytes.subarray(start, end), headers)
}

function answer(
  status: number,
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>,
  headers: Record<string, string>,
): Response {
  return body instanceof Uint8Array ? reply(body, { status, headers }) : new Response(body, { status, headers })
}

/** In whole seconds since 1970, as a date in a field is; never later than the Date of the response (RFC 9110 §8.8.2.1). */
function lastModifiedOf({ modified }: StoredFile): number | null {
  return modified === null ? null : Math.floor(Math.min(modified, Date.now()) / 1000)
}
