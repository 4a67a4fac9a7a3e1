import { html } from '../html.ts'
import { show } from './show.ts'
import { spokenTime } from '../spoken-time.ts'
import type { DeepReadonly, SessionInfo } from '@fsgi/middleware-session'
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
  const { createdAt, data } = session
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
              <p class="quiet">Since ${moment(createdAt, now)}</p>
            </div>
            ${endButton(csrf, session.handle, 'Log out')}
          </li>
          ${others.map((other) => deviceItem(other, csrf, now))}
        </ul>
        ${others.length > 0 && ending(csrf)}
      </section>`,
  })
}

function deviceItem({ handle, createdAt, data, ...rest }: SessionInfo<Visitor>, csrf: Html, now: number): Html {
  return html`<li class="card">
    <div>
      <h2>${nameOf(data)}</h2>
      <p class="quiet">
        Last seen ${moment(seenAt({ createdAt, data }), now)}, since ${moment(createdAt, now)}, ends
        ${moment(rest.expiresAt, now)}
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
function nameOf(data: DeepReadonly<Visitor> | null): string {
  return data?.device ?? 'An unknown device'
}

function seenAt({ createdAt, data }: Pick<SessionInfo<Visitor>, 'createdAt' | 'data'>): number {
  return Math.max(createdAt, data?.seenAt ?? 0)
}

function moment(time: number, now: number): Html {
  return html`<time datetime="${new Date(time).toISOString()}">${spokenTime(time, now)}</time>`
}
