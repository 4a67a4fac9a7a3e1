import { declaredLength } from './declared-length.ts'
import { describe } from '../server/describe.ts'
import { watchStream } from './watch-stream.ts'
import type { Frame } from './frame.ts'

/** The same request, unless it has a body: then a new one with a body that is looked at as it passes (SPEC S6). */
export function watchRequest(request: Request, frame: Frame): Request {
  const { body } = request
  if (body === null || request.bodyUsed || body.locked) return request
  const declared = declaredLength(request)
  let passed = 0
  const watched = watchStream(body, {
    chunk(chunk) {
      if (!(chunk instanceof Uint8Array))
        return frame.found(
          'request-body-chunk',
          `a chunk of the request's body is ${describe(chunk)}, not a Uint8Array`,
        )
      passed += chunk.byteLength
      if (declared !== null && passed > declared) wrong(`more than ${declared}`)
    },
    end() {
      if (declared !== null && passed < declared) wrong(String(passed))
    },
    failed() {},
    cancel() {},
    cancelled() {},
  })
  const wrong = (bytes: string): void =>
    frame.found('request-body-length', `the request's body is ${bytes} bytes but content-length says ${declared}`)
  return new Request(request, { body: watched, duplex: 'half' } as RequestInit)
}
