import { logOut } from './log-out.ts'
import { seeOther } from '../see-other.ts'
import type { MembersVisit } from '../visit.ts'

/** Ends one session of the account. Handles are no secret: that it is this account's must be looked up. */
export async function endDevice(visit: MembersVisit): Promise<Response> {
  const { site, session, account, form } = visit
  const handle = form.get('handle')
  if (handle === session.handle) return logOut(visit)
  for await (const device of site.sessions.list(account.id)) {
    if (device.handle !== handle) continue
    await site.sessions.destroy(handle)
    return seeOther(visit, '/devices', `Logged out: ${device.data?.device ?? 'a device'}.`)
  }
  return seeOther(visit, '/devices', 'That device was logged out already.')
}
