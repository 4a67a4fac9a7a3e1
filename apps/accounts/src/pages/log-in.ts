import { html } from '../html.ts'
import { nextPage } from '../next-page.ts'
import { show } from './show.ts'
import type { Visit } from '../visit.ts'

export interface LogInFailure {
  readonly status: number
  readonly wrong: string
  /** Seconds. */
  readonly retryAfter?: number
}

/** The form to log in with; after a failure, with what was wrong and the name as it was sent. */
export async function showLogIn(visit: Visit, failure?: LogInFailure): Promise<Response> {
  const { form, request } = visit
  const next = nextPage(form.get('next') ?? new URL(request.url).searchParams.get('next'))
  return show(visit, {
    title: 'Log in',
    status: failure?.status,
    headers: failure?.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) },
    body: (csrf) =>
      html`<section class="card narrow">
        <h1>Log in</h1>
        ${failure !== undefined && html`<p class="notice wrong" role="alert">${failure.wrong}</p>`}
        <form method="post" action="/login">
          ${csrf}
          <input type="hidden" name="next" value="${next}" />
          <label for="name">Name</label>
          <input
            id="name"
            name="name"
            required
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            dir="auto"
            value="${form.get('name') ?? ''}"
          />
          <label for="password">Password</label>
          <input id="password" name="password" type="password" required autocomplete="current-password" />
          <div class="row"><button>Log in</button></div>
        </form>
        <p class="quiet">No account yet? <a href="/signup">Sign up</a>.</p>
      </section>`,
  })
}
