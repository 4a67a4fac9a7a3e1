import { after } from './after.ts'
import { multipartRanges } from './multipart-ranges.ts'
import { reply } from '@fsgi/core'
import { selectedPart } from './selected-part.ts'
import type { Context } from '@fsgi/core'
import type { ByteRange } from './range.ts'
import type { Representation } from './representation.ts'
import type { StoredFile, StreamedFile } from './backend.ts'

type Fields = Readonly<Record<string, string>>
type Answer = Response | null | Promise<Response | null>

/**
 * The answer to a GET or HEAD for a file: all of it, parts of it, or neither (RFC 9110 §13, §14, §15.4.5). `null` if this
 * version of the file is there no more.
 */
export function fileResponse(
  request: Request,
  context: Context,
  file: StoredFile,
  representation: Representation,
): Answer {
  const { head } = representation
  const part = selectedPart(request, file.size, representation)
  if (part.status === 200) {
    if (request.method === 'HEAD') return reply(null, { headers: head })
    if (file.bytes !== null) return reply(file.bytes, { headers: head })
    return file.size === 0 ? reply(null, { headers: head }) : streamed(context, file, 200, head, 0, file.size)
  }
  if (part.status === 206) return partial(context, file, representation, part.ranges)
  if (part.status === 304) return reply(null, { status: 304, headers: representation.unchanged })
  const headers: Record<string, string> = { 'content-length': '0' }
  if (part.status === 416) headers['content-range'] = `bytes */${file.size}`
  return reply(null, { status: part.status, headers })
}

function partial(
  context: Context,
  file: StoredFile,
  representation: Representation,
  ranges: readonly ByteRange[],
): Answer {
  if (ranges.length > 1) return several(context, file, representation, ranges)
  const { start, end } = ranges[0]!
  const headers = {
    ...representation.head,
    'content-length': String(end - start),
    'content-range': `bytes ${start}-${end - 1}/${file.size}`,
  }
  if (file.bytes === null) return streamed(context, file, 206, headers, start, end)
  return reply(file.bytes.subarray(start, end), { status: 206, headers })
}

function several(
  context: Context,
  file: StoredFile,
  representation: Representation,
  ranges: readonly ByteRange[],
): Answer {
  const { type, length, bytes, stream } = multipartRanges(file.size, ranges, representation.type)
  const headers = { ...representation.head, 'content-type': type, 'content-length': String(length) }
  if (file.bytes !== null) return reply(bytes(file.bytes), { status: 206, headers })
  closed(context, file)
  return after(file.stream(ranges[0]!.start, ranges[0]!.end), (first) => {
    const next = ({ start, end }: ByteRange) => file.stream(start, end)
    return first && new Response(stream(first, next), { status: 206, headers })
  })
}

function streamed(
  context: Context,
  file: StreamedFile,
  status: number,
  headers: Fields,
  start: number,
  end: number,
): Answer {
  if (file.part !== undefined && end - start <= SHORT) {
    const bytes = file.part(start, end)
    return bytes && reply(bytes, { status, headers })
  }
  closed(context, file)
  return after(file.stream(start, end), (body) => body && new Response(body, { status, headers }))
}

/** The file is closed with the exchange: after its last byte, and also if nobody ever reads the first. */
function closed(context: Context, file: StreamedFile): void {
  if (file.close !== undefined) context.defer(() => file.close!())
}

/** Bytes that are read at once: as many as a stream would hold anyway. */
const SHORT = 64 * 1024
