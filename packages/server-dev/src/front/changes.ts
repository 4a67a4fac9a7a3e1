import { timingSafeEqual } from 'node:crypto'
import { errorResponse } from '@fsgi/core/server'
import type { App } from '@fsgi/core'

/** The development server's own pages, below `/__fsgi/`: now one, the event stream by which a page learns of new code. */
export interface Changes {
  readonly app: App
  /** There is another state of the code. */
  tell(version: number): void
  /** Ends all streams. */
  close(): void
}

/** @param token the secret that only pages of this server know. */
export function makeChanges(token: string, version: () => number): Changes {
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>()
  const encoder = new TextEncoder()
  const event = (number: number): Uint8Array => encoder.encode(`event: changed\ndata: ${number}\n\n`)

  function stream(known: string | null): Response {
    let mine: ReadableStreamDefaultController<Uint8Array>
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        mine = controller
        streams.add(controller)
        controller.enqueue(encoder.encode(':\n\n'))
        if (known !== String(version())) controller.enqueue(event(version()))
      },
      cancel: () => void streams.delete(mine),
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
  }

  return {
    app(request) {
      const url = new URL(request.url)
      if (!fromOwnPage(request, url) || !same(url.searchParams.get('token') ?? '', token)) {
        return errorResponse(403, 'This address is for pages of the development server only.')
      }
      if (url.pathname !== '/__fsgi/changes')
        return errorResponse(404, 'There is no such page of the development server.')
      if (request.method !== 'GET') return errorResponse(405, 'Only GET is understood here.', { allow: 'GET' })
      return stream(url.searchParams.get('version'))
    },
    tell(number) {
      for (const controller of streams) controller.enqueue(event(number))
    },
    close() {
      for (const controller of streams) controller.close()
      streams.clear()
    },
  }
}

/** Browsers say where a request comes from; `Origin: null` is as foreign as any other origin. */
function fromOwnPage(request: Request, url: URL): boolean {
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  return (origin === null || origin === url.origin) && (site === null || site === 'same-origin' || site === 'none')
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
