import { deviceName } from '../device-name.ts'
import { nextPage } from '../next-page.ts'
import { seeOther } from '../see-other.ts'
import { showLogIn } from '../pages/log-in.ts'
import type { Account } from '../accounts.ts'
import type { Visit } from '../visit.ts'

/** Logs in. Who guesses learns nothing but "wrong": not which of the two it was, nor from the time it takes. */
export async function logIn(visit: Visit): Promise<Response> {
  const { site, form, context } = visit
  const name = form.get('name') ?? ''
  const permission = site.attempts.logIn(name, context.remoteAddress?.address ?? null)
  if ('wait' in permission) {
    const minutes = Math.ceil(permission.wait / 60)
    const wrong = `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
    return showLogIn(visit, { status: 429, wrong, retryAfter: permission.wait })
  }
  const account = await site.accounts.authenticate({ name, password: form.get('password') ?? '' })
  if (account === undefined) return showLogIn(visit, { status: 403, wrong: 'The name or the password is wrong.' })
  permission.attempt.succeeded()
  begin(visit, account)
  return seeOther(visit, nextPage(form.get('next')), `Welcome back, ${account.name}.`)
}

/** From here on the session is the account's: with a new token, as the old one may be known to others (session fixation). */
export function begin({ session, request }: Visit, account: Account): void {
  session.login(account.id)
  const device = deviceName(request.headers.get('user-agent'))
  const now = Date.now()
  session.update((data) => {
    data.device = device
    data.loggedInAt = now
    data.seenAt = now
  })
}
