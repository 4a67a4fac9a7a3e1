import { types } from 'node:util'
import { bodyOf } from '@fsgi/core'
import { startEntry } from '@fsgi/core/server'
import type { App, Entry, Host, StartEntry } from '@fsgi/core'

/**
 * The entry, with bodies that begin when the head of their response is on its way. One that fails at once, or has not the length
 * that it claims, is then a response that is cut off, which the front passes on as such (SPEC S23, S27); without a head the front
 * would see a back that breaks off without an answer.
 */
export function headFirst(entry: Entry): StartEntry {
  return {
    async start(host: Host) {
      const started = await startEntry(entry, { env: host.env, report: host.report })
      host.signal.addEventListener('abort', () => started.beginShutdown())
      host.defer(() => started.close())
      return bodiesLater(started.app)
    },
  }
}

function bodiesLater(app: App): App {
  return (request, context) => {
    const result = app(request, context)
    return result instanceof Promise ? result.then(bodyLater) : bodyLater(result)
  }
}

/** What cannot be sent stays as it is, for the server to refuse; bytes that are known cannot fail. */
function bodyLater(response: Response): Response {
  if (!(response instanceof Response) || response.body === null || response.bodyUsed || response.body.locked)
    return response
  if (bodyOf(response) !== undefined) return response
  const length = Number(response.headers.get('content-length') ?? Infinity)
  return new Response(later(response.body, length), response)
}

/** The same body. Where it begins with anything but bytes that can be sent, the server has its turn to send the head (SPEC S20). */
function later(body: ReadableStream<Uint8Array<ArrayBuffer>>, length: number): typeof body {
  const reader = body.getReader()
  let begun = false
  return new ReadableStream(
    {
      async pull(controller) {
        const next = reader.read()
        if (
          !begun &&
          !(await next.then(
            ({ value }) => canBeSent(value, length),
            () => false,
          ))
        ) {
          await new Promise((resolve) => setImmediate(resolve))
        }
        begun = true
        const { done, value } = await next
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

function canBeSent(chunk: unknown, length: number): boolean {
  return types.isUint8Array(chunk) && !(chunk.byteLength > length)
}
