/** The request with a body that fails when the client leaves, as a connection's does (SPEC S13). */
export function abortable(request: Request): Request {
  const { body, signal } = request
  if (body === null) return request
  const reader = body.getReader()
  const failing = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        signal.addEventListener('abort', () => {
          controller.error(signal.reason)
          void reader.cancel(signal.reason).catch(() => {})
        })
      },
      async pull(controller) {
        const { done, value } = await reader.read()
        if (signal.aborted) return
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return new Request(request, { body: failing, duplex: 'half' } as RequestInit)
}
