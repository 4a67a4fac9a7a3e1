import { html } from '../html.ts'
import { showPlain } from './show.ts'
import type { Visit } from '../visit.ts'

/** The first page, for who is not logged in. */
export async function showWelcome(visit: Visit): Promise<Response> {
  return showPlain(visit, {
    title: 'Welcome',
    body: html`<section class="welcome">
      <img src="/keys.svg" alt="" width="360" height="240" />
      <div>
        <h1>One account, many devices</h1>
        <p>
          Sign up, log in on your phone and your laptop, see where you are logged in, and end any of it from anywhere.
        </p>
        <p class="row">
          <a class="button" href="/signup">Sign up</a>
          <a class="button plain" href="/login">Log in</a>
        </p>
      </div>
    </section>`,
  })
}
