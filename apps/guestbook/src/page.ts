import { html } from 'hono/html'
import { initial, tint } from '../public/avatar.js'
import { NAME_LENGTH, TEXT_LENGTH } from './new-message.ts'
import type { Reason } from './new-message.ts'
import type { Message } from './messages.ts'

export interface Page {
  readonly messages: readonly Message[]
  /** Whether there are messages before the last of these. */
  readonly more: boolean
  /** Whether this page is not the one with the newest. */
  readonly older?: boolean
  /** Said once, above the form. */
  readonly notice?: string | undefined
  /** What the form is filled with, and what is wrong with it. */
  readonly draft?: { readonly name: string; readonly text: string } | undefined
  readonly reasons?: readonly Reason[] | undefined
}

/** The page of the guestbook. `html` escapes every value that is put into it. */
export async function renderPage({ messages, more, older, notice, draft, reasons = [] }: Page): Promise<string> {
  const oldest = messages.at(-1)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content="A guestbook. Sign it." />
        <title>Guestbook</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/guestbook.css" />
        <script type="module" src="/guestbook.js"></script>
      </head>
      <body>
        <header>
          <img src="/guestbook.svg" alt="" width="360" height="240" />
          <div>
            <h1>Guestbook</h1>
            <p>You were here. Leave a line for those who come after you.</p>
            <p id="visits" class="quiet" hidden></p>
          </div>
        </header>
        <main>
          <section aria-labelledby="sign">
            <h2 id="sign">Sign the book</h2>
            <p id="notice" role="status">${notice ?? ''}</p>
            <form method="post" action="/api/messages">
              ${nameField(draft?.name ?? '', reasons)} ${textField(draft?.text ?? '', reasons)}
              <div class="row">
                <button>Sign</button>
                <p id="count" class="quiet" hidden></p>
              </div>
            </form>
          </section>
          <section aria-labelledby="read">
            <h2 id="read">${older ? 'Earlier entries' : 'Entries'}</h2>
            <p id="empty" class="quiet" ${messages.length === 0 ? '' : 'hidden'}>
              ${older ? 'There is nothing before this.' : 'The first page is still blank. Be the first to sign.'}
            </p>
            <ol id="messages" ${older ? 'data-older' : ''}>
              ${messages.map(entry)}
            </ol>
            <nav aria-label="Pages">
              ${older ? html`<a href="/">Newest entries</a>` : ''}
              ${more && oldest ? html`<a id="older" rel="next" href="/?before=${oldest.id}">Earlier entries</a>` : ''}
            </nav>
          </section>
        </main>
        <footer class="quiet">Pages, files, a session and compression: one FSGI stack.</footer>
        <template id="entry">${entry({ id: 0, name: '', text: '', createdAt: '' })}</template>
      </body>
    </html>`
  return String(await page)
}

function entry({ id, name, text, createdAt }: Message) {
  return html`<li id="message-${id}">
    <span class="avatar ${tint(name)}" aria-hidden="true">${initial(name)}</span>
    <div>
      <p class="by"><strong dir="auto">${name}</strong> <time datetime="${createdAt}">${spoken(createdAt)}</time></p>
      <p class="text" dir="auto">${text}</p>
    </div>
  </li>`
}

function nameField(name: string, reasons: readonly Reason[]) {
  const why = whyNot('name', reasons)
  return html`<label for="name">Name</label>
    <input
      id="name"
      name="name"
      required
      maxlength="${NAME_LENGTH}"
      autocomplete="name"
      dir="auto"
      value="${name}"
      aria-invalid="${String(why !== '')}"
      aria-describedby="name-error"
    />
    <p id="name-error" class="error">${why}</p>`
}

function textField(text: string, reasons: readonly Reason[]) {
  const why = whyNot('text', reasons)
  // A parser drops one line feed after <textarea>: let it be this one, and not the writer's.
  // prettier-ignore
  return html`<label for="text">Message</label>
    <textarea id="text" name="text" required maxlength="${TEXT_LENGTH}" rows="4" dir="auto"
      aria-invalid="${String(why !== '')}" aria-describedby="text-error">${`\n${text}`}</textarea>
    <p id="text-error" class="error">${why}</p>`
}

function whyNot(field: string, reasons: readonly Reason[]): string {
  return reasons
    .filter(({ path }) => path === field)
    .map(({ message }) => message)
    .join(' ')
}

/** `22 Nov 2026, 16:47 UTC`: the server does not know the reader's zone. Where scripts run, they make it relative. */
function spoken(createdAt: string): string {
  return createdAt === '' ? '' : `${date.format(new Date(createdAt))} UTC`
}

const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
