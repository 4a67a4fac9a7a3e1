import { seeOther } from '../see-other.ts'
import type { MembersVisit, Visit } from '../visit.ts'

/** Ends this session. The notice begins another one, of nobody. */
export async function logOut(visit: Visit): Promise<Response> {
  visit.session.destroy()
  return seeOther(visit, '/', 'You are logged out.')
}

/** Ends the account's other sessions. */
export async function logOutOthers(visit: MembersVisit): Promise<Response> {
  const { site, session, account } = visit
  const count = await site.sessions.destroyAll(account.id, { except: session.handle })
  return seeOther(visit, '/devices', `${devices(count)} logged out. You are still logged in here.`)
}

/** Ends all sessions of the account, this one too. */
export async function logOutEverywhere(visit: MembersVisit): Promise<Response> {
  const { site, session, account } = visit
  const count = await site.sessions.destroyAll(account.id)
  session.destroy()
  return seeOther(visit, '/', `You are logged out everywhere: ${devices(count)}.`)
}

function devices(count: number): string {
  return count === 1 ? '1 device' : `${count} devices`
}
