import { reply } from '@fsgi/core'
import type { Message, Messages } from './messages.ts'

const AT_ONCE = 500

/**
 * The messages as a JSON array, newest first. With a `limit`, a `Link` field names the next page (RFC 8288 §3). Without
 * one it is every message, sent page by page as the client takes them, so that the book may be longer than the memory.
 */
export function allMessages(
  messages: Messages,
  range: { before?: number | undefined; limit?: number | undefined },
): Response {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache' }
  const { before, limit } = range
  if (limit !== undefined) {
    const page = messages.page({ before, limit: limit + 1 })
    if (page.length <= limit) return reply.json(page, { headers })
    const last = page[limit - 1]!.id
    const link = `</api/messages?before=${last}&limit=${limit}>; rel="next"`
    return reply.json(page.slice(0, limit), { headers: { ...headers, link } })
  }
  const first = messages.page({ before, limit: AT_ONCE })
  if (first.length < AT_ONCE) return reply.json(first, { headers })
  return new Response(arrayOf(first, messages), { headers })
}

function arrayOf(first: Message[], messages: Messages): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let page = first
  let before = '['
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(encoder.encode(before + JSON.stringify(page).slice(1, -1)))
      before = ','
      const oldest = page.at(-1)!
      page = messages.page({ before: oldest.id, limit: AT_ONCE })
      if (page.length > 0) return
      controller.enqueue(encoder.encode(']'))
      controller.close()
    },
  })
}
