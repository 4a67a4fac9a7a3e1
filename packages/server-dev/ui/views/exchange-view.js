import { html, nothing } from 'lit-html'
import { clock, duration } from '../format.js'
import { eventsElsewhere, stackOf } from '../layers.js'
import { statusKind, statusName } from '../status.js'
import { eventsView } from './events-view.js'
import { icon } from './icons.js'
import { layersView } from './layers-view.js'
import { messagesView } from './messages-view.js'
import { problemsView } from './problems-view.js'
import { statusShort } from './list-view.js'
import { timelineView } from './timeline-view.js'

/**
 * @import { Recorded } from '../../src/inspector/recorded.ts'
 * @import { Inspector } from '../inspector.js'
 * @import { Reading } from '../recordings.js'
 */

/**
 * One exchange: what it was, what went wrong, where the time went, and what each layer made of it.
 * @param {number} id
 * @param {Inspector} inspector
 */
export function exchangeView(id, inspector) {
  const reading = inspector.recordings.get(id)
  const known = reading.state === 'ready' ? reading.recorded : inspector.exchanges.get(id)
  const title = known === undefined ? `Exchange ${id}` : html`<span>${known.method}</span> ${known.target}`
  return html`${titleBar(title, inspector)}
  ${reading.state === 'ready' ? recordedView(reading.recorded, inspector) : html`<p class="aside">${whyNot(reading)}</p>`}`
}

/** @param {Exclude<Reading, { state: 'ready' }>} reading */
function whyNot(reading) {
  if (reading.state === 'failed') return `It could not be read: ${reading.why}`
  return reading.state === 'loading' ? 'Loading …' : GONE
}

const GONE = 'This exchange is no longer kept: the server keeps the last ones, and those that are pinned.'

/**
 * @param {Recorded} recorded
 * @param {Inspector} inspector
 */
function recordedView(recorded, inspector) {
  const now = Math.max(0, Date.now() - recorded.at)
  const stack = stackOf(recorded, now)
  return html`${factsView(recorded, inspector)} ${actsView(recorded, inspector)}
  ${problemsView(recorded, stack, inspector)}
  ${
    stack === undefined
      ? html`<p class="aside">The application was not reached: there is nothing to show of its layers.</p>`
      : html`${timelineView(recorded, stack, now, inspector)} ${layersView(stack, inspector)}`
  }
  ${eventsView(recorded, eventsElsewhere(recorded, stack), inspector)}
  ${
    recorded.top === undefined
      ? nothing
      : html`<section class="full" aria-labelledby="full-title">
          <div class="section"><h2 id="full-title">Request and response, in full</h2></div>
          ${messagesView(recorded.top)}
        </section>`
  }
  ${recorded.omitted === undefined ? nothing : html`<p class="aside">Too much to record all of it. Left out: ${recorded.omitted}.</p>`}`
}

/**
 * @param {unknown} title
 * @param {Inspector} inspector
 */
export function titleBar(title, inspector) {
  return html`<div class="title">
    <button
      class="plain back"
      aria-label="Back to the list"
      title="Esc"
      @click=${() => inspector.show({ name: 'list' })}
    >
      <span class="narrow">${icon('back')}</span><span class="wide">${icon('close')}</span>
    </button>
    <h1 tabindex="-1">${title}</h1>
  </div>`
}

/**
 * @param {Recorded} recorded
 * @param {Inspector} inspector
 */
function factsView({ id, outcome, at, protocol, remote, version, replayOf }, inspector) {
  const status = outcome?.status
  const replays = inspector.exchanges.replaysOf(id)
  return html`<p class="facts">
    <b class="status ${statusKind(status)}">${statusShort(status)} ${statusName(status)}</b>
    ${outcome === undefined ? nothing : html`<b>${duration(outcome.milliseconds)}</b>`}
    ${outcome?.aborted === true ? html`<span class="cut">${icon('aborted')}cut off: the client did not get all of it</span>` : nothing}
    <span>${clock(at)}</span><span>${protocol}</span>${remote === null ? nothing : html`<span>from ${remote}</span>`}
    <span>code ${version}</span><span>number ${id}</span>
    ${replayOf === undefined ? nothing : html`<span>repeats ${exchangeLink(replayOf)}</span>`}
    ${replays.length === 0 ? nothing : html`<span>repeated as ${replays.map(({ id }) => html`${exchangeLink(id)} `)}</span>`}
  </p>`
}

/** @param {number} id */
export const exchangeLink = (id) => html`<a href="#/${id}">number ${id}</a>`

/**
 * @param {Recorded} recorded
 * @param {Inspector} inspector
 */
function actsView({ id, pinned }, inspector) {
  const isPinned = inspector.exchanges.get(id)?.pinned ?? pinned
  return html`<div class="acts">
    <button @click=${() => inspector.replay(id)}>${icon('replay')}Replay<kbd aria-hidden="true">r</kbd></button>
    <button @click=${() => inspector.copyCurl(id)}>${icon('copy')}Copy as curl<kbd aria-hidden="true">c</kbd></button>
    <button aria-pressed=${isPinned} @click=${() => inspector.pin(id)}>
      ${icon('pin')}${isPinned ? 'Pinned' : 'Pin'}<kbd aria-hidden="true">p</kbd>
    </button>
  </div>`
}
