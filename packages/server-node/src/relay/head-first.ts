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
  return bodyOf(response) === undefined ? new Response(later(response.body), response) : response
}

/** The same body, begun after the turn in which the server sends a head whose body lets it wait (SPEC S20). */
function later(body: ReadableStream<Uint8Array<ArrayBuffer>>): typeof body {
  const reader = body.getReader()
  let headSent: Promise<void> | undefined
  return new ReadableStream(
    {
      async pull(controller) {
        await (headSent ??= new Promise((resolve) => setImmediate(resolve)))
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
