import { checkBodyEnd, countFailure } from './check-errors.ts'
import { declaredLength } from './declared-length.ts'
import { describe } from '../server/describe.ts'
import { rebuilt } from '../rebuilt.ts'
import { watchStream } from './watch-stream.ts'
import type { Frame } from './frame.ts'

/** The same response with a body that is looked at as it passes. */
export function watchBody(response: Response, frame: Frame): Response {
  const declared = declaredLength(response)
  const typed = response.headers.has('content-type')
  let passed = 0

  const body = watchStream(response.body!, {
    chunk(chunk) {
      if (!(chunk instanceof Uint8Array))
        return frame.found('body-chunk', `a chunk of the body is ${describe(chunk)}, not a Uint8Array`)
      if (!typed && passed === 0 && chunk.byteLength > 0) {
        frame.found('content-type-missing', 'the response has a body and no content-type')
      }
      passed += chunk.byteLength
      if (declared !== null && passed > declared) {
        frame.found(
          'content-length-bytes',
          `the body is more than ${declared} bytes but content-length says ${declared}`,
        )
      }
    },
    end() {
      if (declared !== null && passed < declared) {
        frame.found('content-length-bytes', `the body is ${passed} bytes but content-length says ${declared}`)
      }
      checkBodyEnd(frame)
    },
    failed: () => countFailure(frame),
    cancel: (reason) => void (frame.cancelled = { reason }),
    cancelled: (reason) => checkReason(reason, frame),
  })
  return rebuilt(response, body)
}

/** Whether the reason that a body above was cancelled with has come down to this one (SPEC M7). */
function checkReason(reason: unknown, { parent }: Frame): void {
  const above = parent?.cancelled
  if (above === undefined || above.reason === undefined || parent!.calls > 1 || above.reason === reason) return
  parent!.found(
    'cancel-reason',
    `the body was cancelled with ${describe(above.reason)}, but the one from below with ${describe(reason)}`,
  )
}
