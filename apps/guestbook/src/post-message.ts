import { reply } from '@fsgi/core'
import { fromThisSite } from './from-this-site.ts'
import { newMessage } from './new-message.ts'
import { readText } from './read-text.ts'
import { refuse } from './refuse.ts'
import { showPage } from './show-page.ts'
import type { Messages } from './messages.ts'
import type { SiteContext } from './site-context.ts'

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'
const BODY_LIMIT = 64 * 1024

/** Signs the book. JSON is answered with JSON, a form with a page: it works without JavaScript. */
export async function postMessage(messages: Messages, request: Request, context: SiteContext): Promise<Response> {
  if (!fromThisSite(request)) return refuse(403, 'Another site sent this.')
  const type = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== JSON_TYPE && type !== FORM_TYPE) {
    // RFC 9110 §15.5.16: Accept says what would have been taken.
    return refuse(415, `A message is ${JSON_TYPE} or a form.`, { headers: { accept: `${JSON_TYPE}, ${FORM_TYPE}` } })
  }
  if (request.headers.has('content-encoding')) {
    return refuse(415, 'A message is not compressed.', { headers: { 'accept-encoding': 'identity' } })
  }
  const body = await readText(request, BODY_LIMIT)
  if (body === 'too large') return refuse(413, `A message has at most ${BODY_LIMIT} bytes.`)
  if (body === 'not text') return refuse(400, 'A message is text in UTF-8.')

  const form = type === FORM_TYPE ? fields(body.text) : undefined
  const draft = form ?? parse(body.text)
  if (draft === undefined) return refuse(400, 'The body is not JSON.')
  const { data, error } = newMessage.safeParse(draft)
  if (error)
    return form
      ? showPage(messages, context, { rejected: { draft: form, error } })
      : refuse(400, 'This is not a message.', { error })

  const message = messages.add(data)
  const session = await context.session.open()
  session.update((visitor) => void (visitor.name = message.name))
  if (!form) return reply.json(message, { status: 201 })
  session.flash('notice', `Thank you, ${message.name}. Your message is in the book.`)
  return reply(null, { status: 303, headers: { location: '/' } }) // a reload of what follows does not post again
}

function fields(body: string): { name: string; text: string } {
  const form = new URLSearchParams(body)
  return { name: form.get('name') ?? '', text: form.get('text') ?? '' }
}

/** The value, or `undefined`, which JSON cannot express. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
