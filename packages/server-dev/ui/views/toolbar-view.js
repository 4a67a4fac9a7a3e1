import { html, nothing } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { counted } from '../format.js'
import { isFiltered, NO_FILTERS } from '../filter.js'
import { icon } from './icons.js'

/** @import { Inspector } from '../inspector.js' */

/**
 * The search, the filters, and what can be done with the list.
 * @param {Inspector} inspector
 * @param {number} shown how many exchanges pass the filters
 */
export function toolbarView(inspector, shown) {
  const { filters, exchanges } = inspector
  const all = exchanges.shown()
  const methods = [
    ...new Set([...all.map(({ method }) => method), ...(filters.method === '' ? [] : [filters.method])]),
  ].toSorted()
  const value = (/** @type {Event} */ { target }) => /** @type {HTMLInputElement} */ (target).value
  return html`<div class="toolbar" role="toolbar" aria-label="The list">
    <label class="search">
      <span class="unseen">Search</span>
      <input
        type="search"
        placeholder="Search  /  status:5xx  type:json  over:100"
        spellcheck="false"
        autocomplete="off"
        .value=${live(filters.text)}
        @input=${(/** @type {Event} */ event) => inspector.filter({ text: value(event) })}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
    <div class="filters" role="group" aria-label="Filters">
      <select
        aria-label="Method"
        .value=${live(filters.method)}
        @change=${(/** @type {Event} */ event) => inspector.filter({ method: value(event) })}
      >
        <option value="">All methods</option>
        ${methods.map((method) => html`<option value=${method} ?selected=${method === filters.method}>${method}</option>`)}
      </select>
      <span class="classes" role="group" aria-label="Status">
        ${[2, 3, 4, 5].map((digit) => classButton(digit, inspector))}
      </span>
      ${toggle('Errors', filters.errors, () => inspector.filter({ errors: !filters.errors }))}
      ${toggle('Rules', filters.findings, () => inspector.filter({ findings: !filters.findings }))}
      ${toggle('Pinned', filters.pinned, () => inspector.filter({ pinned: !filters.pinned }))}
      ${
        isFiltered(filters)
          ? html`<button class="plain reset" @click=${() => inspector.filter(NO_FILTERS)}>Reset</button>`
          : nothing
      }
    </div>
    <span class="count"
      >${isFiltered(filters) ? `${shown} of ${counted(all.length, 'exchange')}` : counted(all.length, 'exchange')}</span
    >
    <span class="acts">
      <button aria-pressed=${exchanges.isStopped} title="Space" @click=${() => inspector.togglePause()}>
        ${exchanges.isStopped ? icon('play') : icon('pause')}<span>${pauseText(inspector)}</span>
      </button>
      <button title="x" @click=${() => inspector.clear()}>${icon('clear')}<span>Clear</span></button>
    </span>
  </div>`
}

/** @param {Inspector} inspector */
function pauseText({ exchanges: { isStopped, held } }) {
  if (!isStopped) return 'Pause'
  return held === 0 ? 'Paused' : `${held} new`
}

/**
 * @param {number} digit
 * @param {Inspector} inspector
 */
function classButton(digit, inspector) {
  const { classes } = inspector.filters
  const on = classes.includes(digit)
  const next = on ? classes.filter((other) => other !== digit) : [...classes, digit]
  return toggle(`${digit}xx`, on, () => inspector.filter({ classes: next }))
}

/**
 * @param {string} text
 * @param {boolean} on
 * @param {() => void} act
 */
const toggle = (text, on, act) => html`<button class="toggle" aria-pressed=${on} @click=${act}>${text}</button>`
