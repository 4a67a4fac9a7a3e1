/** An event as it goes over the wire. */
export interface StreamEvent {
  readonly event: string
  /** As JSON. */
  readonly data: unknown
}

export interface EventStream {
  readonly response: Response
  /** There may be something new to take. */
  wake(): void
  close(): void
}

const PAUSE = 25 // ms in which changes are collected
const HEARTBEAT = 15_000 // ms; proxies and browsers give up on a connection on which nothing comes

/**
 * A stream of server-sent events (HTML, "Server-sent events") whose reader takes its pace: nothing is put into it that it has not
 * asked for. `take` gives what is new since it was last asked, so what a slow reader has missed is what it is now, and no queue grows.
 */
export function eventStream(take: () => StreamEvent[], ended: () => void): EventStream {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>
  let wanted = false
  let timer: NodeJS.Timeout | undefined
  let beat: NodeJS.Timeout | undefined
  let over = false

  function flush(): void {
    timer = undefined
    if (over || !wanted) return
    const text = take().map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    if (text.length > 0) put(text.join(''))
  }
  function put(text: string): void {
    wanted = false
    controller.enqueue(encoder.encode(text)) // calls `pull` when it has been taken
  }
  function end(): void {
    over = true
    clearTimeout(timer)
    clearInterval(beat)
    ended()
  }

  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(given) {
        controller = given
        beat = setInterval(() => wanted && put(':\n\n'), HEARTBEAT).unref()
      },
      pull() {
        wanted = true
        flush()
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  )
  return {
    response: new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } }),
    wake: () => void (timer ??= setTimeout(flush, PAUSE).unref()),
    close() {
      if (over) return
      end()
      controller.close()
    },
  }
}
