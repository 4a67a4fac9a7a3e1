import { bodyOf } from '../reply.ts'
import { checkFields } from './check-fields.ts'
import { checkSwallowed } from './check-errors.ts'
import { declaredLength } from './declared-length.ts'
import { describe } from '../server/describe.ts'
import { fileOf } from '../file-of.ts'
import { isResponse } from '../native-response.ts'
import { watchBody } from './watch-body.ts'
import type { Frame } from './frame.ts'
import type { KnownBody } from '../reply.ts'

/**
 * Looks at what an app returned, and gives what to go on with: the same, unless its body has to be watched. Where that throws,
 * nobody else will get the response: its body is cancelled.
 */
export function checkResult(result: unknown, head: boolean, returned: WeakSet<Response>, frame: Frame): Response {
  try {
    return checked(result, head, returned, frame)
  } catch (error) {
    if (isResponse(result) && bodyOf(result) === undefined) void result.body?.cancel(error).catch(() => {})
    throw error
  }
}

function checked(result: unknown, head: boolean, returned: WeakSet<Response>, frame: Frame): Response {
  if (!isResponse(result)) {
    frame.found('result-response', `the app returned ${describe(result)}, not a Response`)
    return result as Response
  }
  if (result.status === 0) {
    frame.found('result-error', 'the app returned Response.error(), which cannot be sent')
    return result
  }
  const bytes = bodyOf(result)
  if (returned.has(result)) frame.found('result-twice', 'the app returned a Response that it has returned before')
  else if (bytes === undefined && result.bodyUsed)
    frame.found('result-body-used', 'the body of the response has been read already')
  else if (bytes === undefined && result.body?.locked === true)
    frame.found('result-body-locked', 'the body of the response is locked')
  returned.add(result)
  checkFields(result, frame)
  checkSwallowed(result, bytes === undefined, frame)
  const passed = watched(result, bytes, head, frame)
  if (frame.parent !== undefined) frame.parent.gotImmutable ||= isImmutable(passed.headers)
  return passed
}

/** Looks at the body, and gives what to go on with. */
function watched(result: Response, bytes: KnownBody | undefined, head: boolean, frame: Frame): Response {
  if (BODYLESS.has(result.status)) {
    if (bytes !== null) frame.found('body-status', `a response with status ${result.status} has a body`)
    return result
  }
  if (bytes === undefined) {
    const unreadable = result.bodyUsed || result.body?.locked === true
    const file = fileOf(result)
    if (file !== undefined) checkSize(result, file.size, frame)
    // The body of HEAD is never read (S24), and that of a file is not to be read from the stream.
    const passed = unreadable || head || file !== undefined ? result : watchBody(result, frame)
    if (frame.parent !== undefined) frame.notes.expect(passed, frame.parent)
    return passed
  }
  const length = typeof bytes === 'string' ? new TextEncoder().encode(bytes).byteLength : (bytes?.byteLength ?? 0)
  if (bytes !== null || !head) checkSize(result, length, frame)
  return result
}

/** What is known of a body without reading it. */
function checkSize(result: Response, size: number, frame: Frame): void {
  const declared = declaredLength(result)
  if (declared !== null && declared !== size) {
    frame.found('content-length-bytes', `the body is ${size} bytes but content-length says ${declared}`)
  }
  if (size > 0 && !result.headers.has('content-type')) {
    frame.found('content-type-missing', 'the response has a body and no content-type')
  }
}

const BODYLESS: ReadonlySet<number> = new Set([204, 205, 304])

/** Deleting a field that is not there is refused as well, and nothing else notices. */
function isImmutable(headers: Headers): boolean {
  try {
    headers.delete('x-fsgi-probe')
    return false
  } catch {
    return true
  }
}
