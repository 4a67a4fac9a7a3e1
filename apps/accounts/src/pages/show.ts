import { csrfToken } from '../csrf.ts'
import { documentOf } from './document.ts'
import { html } from '../html.ts'
import type { Html, Value } from '../html.ts'
import type { Visit } from '../visit.ts'

export interface Page {
  readonly title: string
  /** `csrf` is the field that every form needs. */
  body(csrf: Html): Html
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A page for this visitor: who they are, what there is to tell them, and forms that only they can send. */
export async function show(visit: Visit, { title, body, status, headers }: Page): Promise<Response> {
  const { session, account, request } = visit
  // What HEAD would take is not seen by anybody.
  const notice = request.method === 'HEAD' ? undefined : await session.take('notice')
  if (account !== undefined) noteVisit(visit)
  const csrf = html`<input type="hidden" name="csrf" value="${await csrfToken(session)}" />`
  return documentOf({ title, links: linksFor(visit, csrf), notice, body: body(csrf), status, headers })
}

/** A page without forms: for who only looks, no session is begun. */
export async function showPlain(visit: Visit, { title, body }: { title: string; body: Html }): Promise<Response> {
  const notice = visit.request.method === 'HEAD' ? undefined : await visit.session.take('notice')
  return documentOf({ title, links: GUEST_LINKS, notice, body })
}

/** For the list of devices. To the minute, as each is a write. */
function noteVisit({ session }: Visit): void {
  const now = Date.now()
  if (now - session.data.seenAt < 60_000) return
  session.update((data) => void (data.seenAt = Math.max(data.seenAt, now)))
}

function linksFor({ account, context }: Visit, csrf: Html): Value {
  if (account === undefined) return GUEST_LINKS
  const link = (to: string, text: string): Html =>
    html`<a href="${to}" ${context.path === to && html`aria-current="page"`}>${text}</a>`
  return html`${link('/', 'Account')} ${link('/devices', 'Devices')}
    <form method="post" action="/logout">${csrf}<button class="link">Log out</button></form>`
}

export const GUEST_LINKS: Html = html`<a href="/login">Log in</a> <a href="/signup">Sign up</a>`
