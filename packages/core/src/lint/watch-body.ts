import { declaredLength } from './declared-length.ts'
import { describe } from '../server/describe.ts'
import { rebuilt } from '../rebuilt.ts'
import type { Frame } from './frame.ts'

/** The same response with a body that is looked at as it passes: nothing is buffered, demand and cancellation are passed on. */
export function watchBody(response: Response, frame: Frame): Response {
  const reader = response.body!.getReader() as ReadableStreamDefaultReader<unknown>
  const declared = declaredLength(response)
  const typed = response.headers.has('content-type')
  let passed = 0

  const look = (chunk: unknown): void => {
    if (!(chunk instanceof Uint8Array))
      return frame.found('body-chunk', `a chunk of the body is ${describe(chunk)}, not a Uint8Array`)
    if (!typed && passed === 0 && chunk.byteLength > 0) {
      frame.found('content-type-missing', 'the response has a body and no content-type')
    }
    passed += chunk.byteLength
    if (declared !== null && passed > declared) {
      frame.found('content-length-bytes', `the body is more than ${declared} bytes but content-length says ${declared}`)
    }
  }
  const lookAtEnd = (): void => {
    if (declared !== null && passed < declared) {
      frame.found('content-length-bytes', `the body is ${passed} bytes but content-length says ${declared}`)
    }
  }

  const body = new ReadableStream<unknown>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        try {
          if (done) lookAtEnd()
          else look(value)
        } catch (error) {
          await reader.cancel(error).catch(() => {}) // the finding is the news
          throw error
        }
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return rebuilt(response, body as ReadableStream<Uint8Array<ArrayBuffer>>)
}
