import { reply } from '@fsgi/core'
import { html } from '../html.ts'
import type { Html, Value } from '../html.ts'

export interface Document {
  readonly title: string
  /** Above the page: where one can go. */
  readonly links: Value
  /** Said once. */
  readonly notice?: string | undefined
  readonly body: Html
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A page as it is sent: the frame that all have around its body. */
export function documentOf({ title, links, notice, body, status, headers }: Document): Response {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Accounts</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/accounts.css" />
      </head>
      <body>
        <header>
          <a class="brand" href="/"><img src="/icon.svg" alt="" width="32" height="32" />Accounts</a>
          <nav aria-label="Site">${links}</nav>
        </header>
        <main>${notice !== undefined && html`<p class="notice" role="status">${notice}</p>`} ${body}</main>
        <footer class="quiet">Sessions, forms and files: one FSGI stack, and no script.</footer>
      </body>
    </html>`
  return reply(String(page), {
    status: status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store', // it says who is logged in
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  })
}

/** Everything comes from this site, nothing is inline, there are no scripts, and nobody frames it to have it clicked. */
const POLICY = [
  "default-src 'none'",
  ...['style-src', 'img-src', 'form-action'].map((directive) => `${directive} 'self'`),
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
