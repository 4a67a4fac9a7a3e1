import { begin } from './log-in.ts'
import { newAccount, reasonsOf } from '../new-account.ts'
import { seeOther } from '../see-other.ts'
import { showSignUp } from '../pages/sign-up.ts'
import type { Visit } from '../visit.ts'

/** Makes an account, and logs in. */
export async function signUp(visit: Visit): Promise<Response> {
  const { site, form, context } = visit
  const { data, error } = newAccount.safeParse({ name: form.get('name') ?? '', password: form.get('password') ?? '' })
  if (error) return showSignUp(visit, { status: 400, reasons: reasonsOf(error) })
  const permission = site.attempts.signUp(context.remoteAddress?.address ?? null)
  if ('wait' in permission) {
    const reasons = { name: 'Too many accounts were asked for from here. Try again later.' }
    return showSignUp(visit, { status: 429, reasons, retryAfter: permission.wait })
  }
  const account = await site.accounts.add(data)
  if (account === undefined) return showSignUp(visit, { status: 409, reasons: { name: 'This name is taken.' } })
  begin(visit, account)
  return seeOther(visit, '/', `Welcome, ${account.name}. This is your account.`)
}
