import { clock } from '../clock.ts'
import type { App } from '@fsgi/core'

/** What a page may want to know: new code, or a stylesheet or another file of that name that browsers load. */
export type ChangeEvent = 'changed' | 'css' | 'asset'

/** The event stream by which pages learn of what has been saved. */
export interface Changes {
  /**
   * `/__fsgi/changes?as-of=…&age=…` tells a page what it has missed, by the name that `asOf` gave its answer or, where the
   * page does not know it, by the milliseconds since it was asked for.
   */
  readonly app: App
  /** A name for this moment: what answers from now on is as new as what has been told until now. */
  asOf(): string
  tell(event: ChangeEvent, data: string): void
  /** Ends all streams. */
  close(): void
}

const MOST = 100 // events that are kept: to reload is right for who has missed more
const STALLED = 100 // events that a page may leave unread

/** Nothing in the stream is secret: that something was saved, and names of files that every page may load. */
export function makeChanges(now: () => number = clock): Changes {
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>()
  let past: { at: number; event: ChangeEvent; data: string }[] = []

  function stream(since: number): Response {
    let mine: ReadableStreamDefaultController<Uint8Array>
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        mine = controller
        streams.add(controller)
        controller.enqueue(encoder.encode(':\n\n')) // the head is sent with the first byte
        for (const { at, event, data } of past) if (at > since) controller.enqueue(eventOf(event, data))
      },
      cancel: () => void streams.delete(mine),
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
  }

  function keep(event: ChangeEvent, data: string): void {
    const at = now()
    past = event === 'changed' ? [] : past.filter((other) => other.event !== event || other.data !== data)
    past.push({ at, event, data })
    if (past.length > MOST) past = [{ at, event: 'changed', data: '' }]
  }

  return {
    app(request) {
      const { searchParams } = new URL(request.url)
      const asOf = searchParams.get('as-of')
      if (asOf !== null) return stream(Number(asOf) <= now() ? Number(asOf) : 0) // else it is of before the machine's start
      const age = Number(searchParams.get('age') ?? 0)
      return stream(age >= 0 ? now() - age : now())
    },
    asOf: () => String(now()),
    tell(event, data) {
      keep(event, data)
      for (const controller of streams) {
        if (controller.desiredSize! < -STALLED) end(controller)
        else controller.enqueue(eventOf(event, data))
      }
    },
    close() {
      for (const controller of streams) end(controller)
    },
  }

  function end(controller: ReadableStreamDefaultController<Uint8Array>): void {
    streams.delete(controller)
    controller.close()
  }
}

const encoder = new TextEncoder()

function eventOf(event: ChangeEvent, data: string): Uint8Array {
  return encoder.encode(`event: ${event}\ndata: ${data.replaceAll(/[\r\n]/g, ' ')}\n\n`)
}
