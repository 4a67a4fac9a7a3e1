import { html } from '../html.ts'
import { NOTE_LENGTH } from '../actions/notes.ts'
import { show } from './show.ts'
import { spokenTime } from '../spoken-time.ts'
import type { MembersVisit } from '../visit.ts'

/** The first page, for who is logged in. */
export async function showHome(visit: MembersVisit): Promise<Response> {
  const { account, session } = visit
  const now = Date.now()
  const { notes, device } = session.data
  return show(visit, {
    title: account.name,
    body: (csrf) =>
      html`<div class="columns">
        <section>
          <h1 dir="auto">${account.name}</h1>
          <dl>
            <dt>Signed up</dt>
            <dd>${spokenTime(account.createdAt, now)}</dd>
            <dt>Logged in here with</dt>
            <dd>${device}</dd>
            <dt>If unused, this session ends</dt>
            <dd>${spokenTime(session.expiresAt, now)}</dd>
          </dl>
          <p><a href="/devices">Where am I logged in?</a></p>
        </section>
        <section class="card">
          <h2>Scratch pad</h2>
          <p class="quiet">For this device only, until you log out here.</p>
          <ul class="notes">
            ${notes.map((note) => html`<li dir="auto">${note}</li>`)}
          </ul>
          <form method="post" action="/notes" class="inline">
            ${csrf}
            <label for="note" class="hidden">A note</label>
            <input
              id="note"
              name="note"
              required
              maxlength="${NOTE_LENGTH}"
              autocomplete="off"
              placeholder="A note"
              dir="auto"
            />
            <button>Add</button>
          </form>
          ${
            notes.length > 0 &&
            html`<form method="post" action="/notes/clear">${csrf}<button class="link">Clear the pad</button></form>`
          }
        </section>
      </div>`,
  })
}
