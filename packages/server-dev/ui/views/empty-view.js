import { html } from 'lit-html'
import { counted } from '../format.js'
import { NO_FILTERS } from '../filter.js'

/** @import { Inspector } from '../inspector.js' */

/** What to do where there is nothing to show. @param {Inspector} inspector */
export function emptyView(inspector) {
  const hidden = inspector.exchanges.shown().length
  if (hidden > 0) {
    return html`<div class="empty">
      <h2>Nothing passes the filters</h2>
      <p>${counted(hidden, 'exchange')} ${hidden === 1 ? 'does' : 'do'} not match.</p>
      <p><button @click=${() => inspector.filter(NO_FILTERS)}>Reset the filters</button></p>
    </div>`
  }
  return html`<div class="empty">
    <h2>No requests yet</h2>
    <p>Open <a href="/" target="_blank" rel="noopener">your application</a>, or send it a request:</p>
    <pre><code>curl ${location.origin}/</code></pre>
    <p>Each one appears here as it is answered, with what every layer of the stack made of it.</p>
  </div>`
}
