import { html, nothing } from 'lit-html'
import { duration } from '../format.js'
import { errorView } from './error-view.js'

/**
 * @import { ErrorReport } from '../../src/errors/error-report.ts'
 * @import { Recorded, RecordedEvent } from '../../src/inspector/recorded.ts'
 * @import { Inspector } from '../inspector.js'
 */

/**
 * What happened beside the way down and up: reports, work that outlives the response, cleanups, cancellation. Broken rules stand
 * with what went wrong.
 * @param {Recorded} recorded
 * @param {readonly RecordedEvent[]} elsewhere those of no layer that is shown
 * @param {Inspector} inspector
 */
export function eventsView({ events }, elsewhere, inspector) {
  const shown = events.filter(({ type }) => type !== 'finding')
  if (shown.length === 0) return nothing
  return html`<section class="events" aria-labelledby="events-title">
    <div class="section"><h2 id="events-title">Reports, work and cleanups</h2></div>
    <ol>
      ${shown.map(
        (event) =>
          html`<li class=${event.type}>
            <span class="at">${duration(event.at)}</span>
            <span class="type">${TYPES[event.type]}</span>
            <span class="by"
              >${event.layer}${elsewhere.includes(event) ? html` <small>no layer of the stack</small>` : nothing}</span
            >
            <span class="text">${text(event)} ${error(event, inspector)}</span>
          </li>`,
      )}
    </ol>
  </section>`
}

const TYPES = { report: 'report', work: 'waitUntil', cleanup: 'defer', finding: 'rule', cancelled: 'cancelled' }

/** @param {RecordedEvent} event */
function text(event) {
  if (event.type === 'cancelled') return event.reason
  if (event.type !== 'work' && event.type !== 'cleanup') return nothing
  if (event.ended === undefined) return event.type === 'work' ? 'still at work' : 'waits for the end'
  const took = duration(event.ended - (event.began ?? event.at))
  return `${event.error === undefined ? 'done' : 'failed'} at ${duration(event.ended)}, after ${took}`
}

/**
 * @param {RecordedEvent} event
 * @param {Inspector} inspector
 */
function error(event, inspector) {
  const found = /** @type {{ error?: ErrorReport }} */ (event).error
  return found === undefined ? nothing : errorView(found, inspector)
}
