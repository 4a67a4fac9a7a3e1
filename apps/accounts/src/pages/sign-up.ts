import { html } from '../html.ts'
import { NAME_LENGTH, PASSWORD_LENGTH } from '../new-account.ts'
import { show } from './show.ts'
import type { Reasons } from '../new-account.ts'
import type { Visit } from '../visit.ts'

export interface SignUpFailure {
  readonly status: number
  readonly reasons: Reasons
  /** Seconds. */
  readonly retryAfter?: number
}

/** The form for a new account; after a failure, with the reasons beside the fields. */
export async function showSignUp(visit: Visit, failure?: SignUpFailure): Promise<Response> {
  const reasons = failure?.reasons ?? {}
  return show(visit, {
    title: 'Sign up',
    status: failure?.status,
    headers: failure?.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) },
    body: (csrf) =>
      html`<section class="card narrow">
        <h1>Sign up</h1>
        <form method="post" action="/signup">
          ${csrf}
          <label for="name">Name</label>
          <input
            id="name"
            name="name"
            required
            maxlength="${NAME_LENGTH}"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            dir="auto"
            value="${visit.form.get('name') ?? ''}"
            aria-invalid="${String(reasons['name'] !== undefined)}"
            aria-describedby="name-error"
          />
          <p id="name-error" class="error">${reasons['name']}</p>
          <label for="password">Password</label>
          <input
            id="password"
            name="password"
            type="password"
            required
            minlength="${PASSWORD_LENGTH.least}"
            maxlength="${PASSWORD_LENGTH.most}"
            autocomplete="new-password"
            aria-invalid="${String(reasons['password'] !== undefined)}"
            aria-describedby="password-error password-hint"
          />
          <p id="password-error" class="error">${reasons['password']}</p>
          <p id="password-hint" class="quiet">At least ${PASSWORD_LENGTH.least} characters. A few words will do.</p>
          <div class="row"><button>Sign up</button></div>
        </form>
        <p class="quiet">You have an account? <a href="/login">Log in</a>.</p>
      </section>`,
  })
}
