import { html, nothing } from 'lit-html'
import { KEYS } from '../keyboard.js'
import { icon } from './icons.js'

/** @import { Inspector } from '../inspector.js' */

/** @param {Inspector} inspector */
export function helpView(inspector) {
  if (!inspector.help) return nothing
  const close = () => inspector.toggleHelp(false)
  return html`<div
    class="veil"
    @click=${(/** @type {Event} */ { target, currentTarget }) => target === currentTarget && close()}
  >
    <div class="help" role="dialog" aria-modal="true" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <button class="plain close" aria-label="Close" autofocus @click=${close}>${icon('close')}</button>
      <dl>
        ${KEYS.map(
          ([keys, meaning]) =>
            html`<div>
              <dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
              <dd>${meaning}</dd>
            </div>`,
        )}
      </dl>
      <h2>Search</h2>
      <p>Words are looked for in the target; all must be there. A minus in front: must not.</p>
      <p>
        <code>status:5xx</code> <code>status:404</code> <code>method:post</code> <code>type:json</code>
        <code>over:100</code> (ms)
      </p>
      <p>
        <code>is:error</code> <code>is:finding</code> <code>is:aborted</code> <code>is:replay</code>
        <code>is:pinned</code> <code>is:waiting</code>
      </p>
    </div>
  </div>`
}
