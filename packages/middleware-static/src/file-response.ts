import { after } from './after.ts'
import { multipartRanges } from './multipart-ranges.ts'
import { reply } from '@fsgi/core'
import { selectedPart } from './selected-part.ts'
import type { Context } from '@fsgi/core'
import type { ByteRange } from './range.ts'
import type { Representation } from './representation.ts'
import type { StoredFile, Streamed } from './backend.ts'

/**
 * The answer to a GET or HEAD for a file: all of it, parts of it, or neither (RFC 9110 §13, §14, §15.4.5). `null` if this
 * version of the file is there no more.
 */
export function fileResponse(
  request: Request,
  context: Context,
  file: StoredFile,
  representation: Representation,
): Response | null | Promise<Response | null> {
  const { head } = representation
  const part = selectedPart(request, file.size, representation)
  let closing = false
  if (part.status === 200) {
    if (request.method === 'HEAD') return reply(null, { headers: head })
    if (file.bytes !== null) return reply(file.bytes, { headers: head })
    return file.size === 0 ? reply(null, { headers: head }) : streamed(200, head, { start: 0, end: file.size })
  }
  if (part.status === 206) return partial(part.ranges)
  if (part.status === 304) return reply(null, { status: 304, headers: representation.unchanged })
  const headers: Record<string, string> = { 'content-length': '0' }
  if (part.status === 416) headers['content-range'] = `bytes */${file.size}`
  return reply(null, { status: part.status, headers })

  function partial(ranges: readonly ByteRange[]): Response | null | Promise<Response | null> {
    if (ranges.length > 1) return several(ranges)
    const { start, end } = ranges[0]!
    const headers = {
      ...head,
      'content-length': String(end - start),
      'content-range': `bytes ${start}-${end - 1}/${file.size}`,
    }
    if (file.bytes === null) return streamed(206, headers, { start, end })
    return reply(file.bytes.subarray(start, end), { status: 206, headers })
  }

  function several(ranges: readonly ByteRange[]): Response | null | Promise<Response | null> {
    const { type, length, bytes, stream } = multipartRanges(file.size, ranges, representation.type)
    const headers = { ...head, 'content-type': type, 'content-length': String(length) }
    if (file.bytes !== null) return reply(bytes(file.bytes), { status: 206, headers })
    return after(opened(ranges[0]!), (first) => first && new Response(stream(first, opened), { status: 206, headers }))
  }

  function streamed(
    status: number,
    headers: Readonly<Record<string, string>>,
    range: ByteRange,
  ): Response | null | Promise<Response | null> {
    if (file.bytes === null && file.part !== undefined && range.end - range.start <= SHORT) {
      const bytes = file.part(range.start, range.end)
      return bytes && reply(bytes, { status, headers })
    }
    return after(opened(range), (body) => body && new Response(body, { status, headers }))
  }

  /** The file is closed with the exchange: after its last byte, and also if nobody ever reads the first. */
  function opened({ start, end }: ByteRange): Streamed | Promise<Streamed> {
    if (file.bytes !== null) return null
    if (!closing && file.close !== undefined) context.defer(() => file.close!())
    closing = true
    return file.stream(start, end)
  }
}

/** Bytes that are read at once: as many as a stream would hold anyway. */
const SHORT = 64 * 1024
