import { html } from '../html.ts'
import { show } from './show.ts'
import { spokenTime } from '../spoken-time.ts'
import type { SessionInfo } from '@fsgi/middleware-session'
import type { Html } from '../html.ts'
import type { MembersVisit } from '../visit.ts'
import type { Visitor } from '../visitor.ts'

/** Where the account is logged in. */
export async function showDevices(visit: MembersVisit): Promise<Response> {
  const { site, session, account } = visit
  const others: SessionInfo<Visitor>[] = []
  for await (const device of site.sessions.list(account.id)) {
    if (device.handle !== session.handle) others.push(device)
  }
  others.sort((a, b) => seenAt(b) - seenAt(a))
  const now = Date.now()
  const { data } = session
  return show(visit, {
    title: 'Devices',
    body: (csrf) =>
      html`<section>
        <h1>Devices</h1>
        <p class="lead">Where you are logged in. End what you do not know.</p>
        <ul class="devices">
          <li class="card">
            <div>
              <h2>${data.device} <span class="badge">this one</span></h2>
              <p class="quiet">Logged in ${moment(data.loggedInAt, now)}</p>
            </div>
            ${endButton(csrf, session.handle, 'Log out')}
          </li>
          ${others.map((other) => deviceItem(other, csrf, now))}
        </ul>
        ${others.length > 0 && ending(csrf)}
      </section>`,
  })
}

function deviceItem(device: SessionInfo<Visitor>, csrf: Html, now: number): Html {
  const { handle, createdAt, expiresAt, data } = device
  return html`<li class="card">
    <div>
      <h2>${data?.device ?? 'An unknown device'}</h2>
      <p class="quiet">
        Last seen ${moment(seenAt(device), now)}, logged in ${moment(data?.loggedInAt ?? createdAt, now)}. If unused,
        ends ${moment(expiresAt, now)}.
      </p>
    </div>
    ${endButton(csrf, handle, 'End')}
  </li>`
}

function endButton(csrf: Html, handle: string | undefined, text: string): Html {
  return html`<form method="post" action="/devices/end">
    ${csrf}<input type="hidden" name="handle" value="${handle}" /><button class="plain">${text}</button>
  </form>`
}

function ending(csrf: Html): Html {
  return html`<div class="row">
    <form method="post" action="/logout-others">${csrf}<button>Log out the others</button></form>
    <form method="post" action="/logout-everywhere">${csrf}<button class="plain">Log out everywhere</button></form>
  </div>`
}

/** `data` is null if this version of the application cannot read it. */
function seenAt({ createdAt, data }: SessionInfo<Visitor>): number {
  return data?.seenAt ?? createdAt
}

function moment(time: number, now: number): Html {
  return html`<time datetime="${new Date(time).toISOString()}">${spokenTime(time, now)}</time>`
}
