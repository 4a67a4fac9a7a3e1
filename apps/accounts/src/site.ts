import { reply } from '@fsgi/core'
import { addNote, clearNotes } from './actions/notes.ts'
import { endDevice } from './actions/end-device.ts'
import { hasCsrfToken } from './csrf.ts'
import { logIn } from './actions/log-in.ts'
import { logOut, logOutEverywhere, logOutOthers } from './actions/log-out.ts'
import { readForm } from './read-form.ts'
import { showDevices } from './pages/devices.ts'
import { showHome } from './pages/home.ts'
import { showLogIn } from './pages/log-in.ts'
import { showRefusal } from './pages/refusal.ts'
import { showSignUp } from './pages/sign-up.ts'
import { showWelcome } from './pages/welcome.ts'
import { signUp } from './actions/sign-up.ts'
import type { App } from '@fsgi/core'
import type { Account } from './accounts.ts'
import type { MembersVisit, Site, SiteContext, Visit } from './visit.ts'

type Handler = (visit: Visit) => Promise<Response>

const ROUTES: Readonly<Record<string, { readonly GET?: Handler; readonly POST?: Handler }>> = {
  '/': { GET: (visit) => (isMembers(visit) ? showHome(visit) : showWelcome(visit)) },
  '/signup': { GET: guests(showSignUp), POST: signUp },
  '/login': { GET: guests(showLogIn), POST: logIn },
  '/logout': { POST: logOut },
  '/logout-others': { POST: members(logOutOthers) },
  '/logout-everywhere': { POST: members(logOutEverywhere) },
  '/devices': { GET: members(showDevices) },
  '/devices/end': { POST: members(endDevice) },
  '/notes': { POST: members(addNote) },
  '/notes/clear': { POST: members(clearNotes) },
}

/** The site: a table of routes. Every POST passes here, and none without the token of its session. */
export function siteOf(site: Site): App<SiteContext> {
  return async function answer(request, context) {
    const route = Object.hasOwn(ROUTES, context.path) ? ROUTES[context.path]! : undefined
    if (route === undefined) return showRefusal(404, { title: 'There is nothing here' })
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const handler = method === 'GET' || method === 'POST' ? route[method] : undefined
    if (handler === undefined) return showRefusal(405, { title: 'Not like this', allow: methodsOf(route) })

    const form = method === 'POST' ? await readForm(request) : new URLSearchParams()
    if (form === 413) return showRefusal(413, { title: 'That is too much' })
    if (form === 415) return showRefusal(415, { title: 'That is no form' })

    const session = await context.session.open()
    if (method === 'POST' && !(await hasCsrfToken(session, form))) {
      return session.subject === undefined
        ? showRefusal(403, { title: 'You are not logged in', text: OUTDATED, link: { to: '/login', text: 'Log in' } })
        : showRefusal(403, { title: 'That page was too old', text: OUTDATED, link: { to: '/', text: 'Go on' } })
    }
    return handler({ site, request, context, session, form, account: accountOf(site, session.subject) })
  }
}

const OUTDATED = 'Nothing was done. The page that you sent is from before you logged in or out, or it is not ours.'

function accountOf({ accounts }: Site, subject: string | undefined): Account | undefined {
  return subject === undefined ? undefined : accounts.get(subject)
}

function isMembers(visit: Visit): visit is MembersVisit {
  return visit.account !== undefined
}

/** For who is logged in. Others log in first, and come back if it was a page. */
function members(handler: (visit: MembersVisit) => Promise<Response>): Handler {
  return async (visit) => {
    if (isMembers(visit)) return handler(visit)
    const next = visit.request.method === 'POST' ? '/' : visit.context.path
    return reply(null, { status: 303, headers: { location: `/login?next=${encodeURIComponent(next)}` } })
  }
}

/** For who is not: logging in twice is a mistake. */
function guests(handler: Handler): Handler {
  return async (visit) => (isMembers(visit) ? reply(null, { status: 303, headers: { location: '/' } }) : handler(visit))
}

/** RFC 9110 §10.2.1. */
function methodsOf(route: { readonly GET?: Handler; readonly POST?: Handler }): string {
  return [route.GET && 'GET, HEAD', route.POST && 'POST'].filter(Boolean).join(', ')
}
