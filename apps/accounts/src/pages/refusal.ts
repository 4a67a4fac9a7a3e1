import { documentOf } from './document.ts'
import { GUEST_LINKS } from './show.ts'
import { html } from '../html.ts'

export interface Refusal {
  readonly title: string
  readonly text?: string
  readonly link?: { readonly to: string; readonly text: string }
  /** For 405: the methods that are allowed. */
  readonly allow?: string
}

/** A page that says no. It looks at no session and writes none: whoever sent the request may be somebody else's page. */
export function showRefusal(status: number, { title, text, link, allow }: Refusal): Response {
  const { to, text: label } = link ?? { to: '/', text: 'To the first page' }
  return documentOf({
    title,
    links: link === undefined ? html`<a href="/">Account</a>` : GUEST_LINKS,
    status,
    headers: allow === undefined ? {} : { allow },
    body: html`<section class="card narrow">
      <h1>${title}</h1>
      ${text !== undefined && html`<p>${text}</p>`}
      <p class="row"><a class="button" href="${to}">${label}</a></p>
    </section>`,
  })
}
