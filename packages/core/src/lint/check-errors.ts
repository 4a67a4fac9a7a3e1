import { describe } from '../server/describe.ts'
import { isResponse } from '../native-response.ts'
import type { Frame } from './frame.ts'

/** Looks at what an app threw, and remembers it. */
export function checkThrown(error: unknown, frame: Frame): void {
  if (!isResponse(error) && countFailure(frame)) frame.parent!.thrown++ // a thrown Response is an answer, if a strange one
  if (frame.gotImmutable && error instanceof TypeError && /immutable/i.test(error.message)) {
    frame.found('headers-immutable', `the headers of a response from below are immutable, and it threw ${error}`)
  }
  if (!(error instanceof Error)) frame.found('thrown-value', `the app threw ${describe(error)}`)
}

/** Remembers that a linted app, or its body, has failed; unless it was told to stop, which is no error. Whether it did. */
export function countFailure({ parent, context }: Frame): boolean {
  if (parent === undefined || context.signal.aborted) return false
  parent.failures++
  return true
}

/**
 * Whether a response was made out of an error from below that nobody has reported (SPEC M12). Where only a body has failed
 * and this one has a stream, that may well fail too: its end will tell.
 */
export function checkSwallowed(response: Response, isStream: boolean, frame: Frame): void {
  if (response.status >= 500 || !hasSwallowed(frame) || (isStream && frame.thrown < frame.calls)) return
  frame.found('error-swallowed', `an error from below became a response with status ${response.status}, unreported`)
}

/** Whether a body has ended well although the one from below failed (SPEC M12). */
export function checkBodyEnd(frame: Frame): void {
  if (hasSwallowed(frame)) frame.found('error-swallowed', 'the body ended well although it failed below, unreported')
}

/** Only where every call below failed: else the response may be of another attempt. */
function hasSwallowed({ failures, calls, hasReported }: Frame): boolean {
  return failures > 0 && failures === calls && !hasReported
}
