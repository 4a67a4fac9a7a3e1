import { html, nothing } from 'lit-html'
import { allLayers } from '../layers.js'
import { duration } from '../format.js'
import { lengthOf } from '../own-time.js'
import { endsOf, timeAxis } from '../time-axis.js'

/**
 * @import { Recorded, RecordedBody, RecordedEvent } from '../../src/inspector/recorded.ts'
 * @import { Inspector } from '../inspector.js'
 * @import { Layer } from '../layers.js'
 * @import { Stretch } from '../own-time.js'
 * @import { TimeAxis } from '../time-axis.js'
 */

/** @typedef {Extract<RecordedEvent, { type: 'work' | 'cleanup' }>} Work */

/**
 * Where the time went: a line for each call of a layer, dark where it worked itself and light where it waited for those below;
 * below them what was deferred or outlives the response, on the same axis.
 * @param {Recorded} recorded
 * @param {Layer} stack
 * @param {number} now
 * @param {Inspector} inspector
 */
export function timelineView(recorded, stack, now, inspector) {
  const { layers, all } = endsOf(recorded, now)
  const isLong = all > layers * 3
  const axis = timeAxis(isLong && !inspector.wholeTime ? layers * 1.25 : all * 1.02)
  const works = recorded.events.flatMap((event) => (event.type === 'work' || event.type === 'cleanup' ? [event] : []))
  return html`<section class="timeline" aria-labelledby="time-title">
    <div class="section">
      <h2 id="time-title">Time</h2>
      <span class="legend" aria-hidden="true"
        ><i class="down"></i>way down<i class="up"></i>way up<i class="wait"></i>in layers below<i class="body"></i
        >body</span
      >
      ${
        isLong
          ? html`<button
              class="toggle"
              aria-pressed=${inspector.wholeTime}
              @click=${() => inspector.showWholeTime(!inspector.wholeTime)}
            >
              all ${duration(all)}
            </button>`
          : nothing
      }
    </div>
    <div class="lines">
      <div class="line axis" aria-hidden="true">
        <span></span
        ><span class="bars"
          >${axis.ticks.map((tick) => (axis.place(tick) > 88 ? nothing : html`<i .style=${left(axis, tick)}>${tick === 0 ? '0' : duration(tick)}</i>`))}</span
        >
        <span class="own">alone</span>
      </div>
      <ol aria-label="Layers, outermost first">
        ${serverLine(recorded, stack, axis, now)}
        ${allLayers(stack).map((layer) => layerLine(layer, axis, now, recorded.outcome?.milliseconds ?? now))}
      </ol>
      ${
        works.length === 0
          ? nothing
          : html`<ol aria-label="Work beside the answer">
              ${works.map((work) => workLine(work, axis, now))}
            </ol>`
      }
    </div>
  </section>`
}

/**
 * What the exchange took besides the application: it may have waited for new code, and it is over when the client has all.
 * @param {Recorded} recorded
 * @param {Layer} stack
 * @param {TimeAxis} axis
 * @param {number} now
 */
function serverLine({ outcome }, { call }, axis, now) {
  const end = outcome?.milliseconds ?? now
  const answered = Math.min(call.ended ?? end, end)
  const said = `${duration(call.began)} until the application was reached, ${duration(end - answered)} from its answer to the end`
  return html`<li class="line server">
    <span class="name" title=${said}>server</span>
    <span class="bars" aria-hidden="true" title=${said}>
      ${ticks(axis)}<i class="span" .style=${between(axis, 0, end)}></i>
      <i class="own server" .style=${between(axis, 0, call.began)}></i>
      <i class="own server" .style=${between(axis, answered, end)}></i>
    </span>
    <span class="own" title=${said}>${duration(call.began + end - answered)}</span>
  </li>`
}

/**
 * @param {Layer} layer
 * @param {TimeAxis} axis
 * @param {number} now
 * @param {number} over when the exchange was over
 */
function layerLine({ call, depth, attempt, attempts, own, answered, events, key }, axis, now, over) {
  const again = attempts > 1 ? html`<small>${attempt} of ${attempts}</small>` : nothing
  const { response, request } = call
  const alone = lengthOf(own)
  const end = events.find(({ type }) => type === 'cancelled')?.at ?? over
  return html`<li class="line ${answered.how}">
    <a class="name" href="#layer-${key}" .style=${`--depth: ${depth}`} @click=${jump}>${call.layer} ${again}</a>
    <span class="bars" title=${words(own)} aria-hidden="true">
      ${ticks(axis)}
      <i class="span" .style=${between(axis, call.began, call.ended ?? now)}></i>
      ${own.map(({ part, from, to }) => html`<i class="own ${part}" .style=${between(axis, from, to)}></i>`)}
      ${bodyLine(request.body, axis, 'request', end)}
      ${response === undefined ? nothing : bodyLine(response.body, axis, 'response', end)}
      ${events.map((event) => momentMark(event, axis))}
    </span>
    <span class="own" title=${words(own)}><span class="unseen">alone </span>${duration(alone)}</span>
  </li>`
}

/**
 * The address belongs to the exchange: a jump to a layer leaves it alone.
 * @param {Event} event
 */
function jump(event) {
  event.preventDefault()
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget)
  const target = document.getElementById(link.hash.slice(1))
  target?.scrollIntoView({ block: 'center' })
  target?.focus({ preventScroll: true })
}

/** @param {readonly Stretch[]} own */
function words(own) {
  return own.map(({ part, from, to }) => `${PARTS[part]} ${duration(to - from)}`).join(', ') || 'no time of its own'
}

const PARTS = { down: 'way down', between: 'between calls', up: 'way up', alone: 'alone' }

/**
 * When a body passed, where that was watched.
 * @param {RecordedBody} body
 * @param {TimeAxis} axis
 * @param {'request' | 'response'} of
 * @param {number} end until when one passes that has no end: it goes on, or was cut off
 */
function bodyLine({ first, last }, axis, of, end) {
  if (first === undefined) return nothing
  return html`<i class="bytes ${of}" .style=${between(axis, first, last ?? end)}></i>`
}

/**
 * @param {RecordedEvent} event
 * @param {TimeAxis} axis
 */
function momentMark(event, axis) {
  if (event.type === 'work' || event.type === 'cleanup' || event.at > axis.end) return nothing
  return html`<i
    class="moment ${event.type}"
    .style=${left(axis, event.at)}
    title="${event.type} at ${duration(event.at)}"
  ></i>`
}

/**
 * @param {Work} work
 * @param {TimeAxis} axis
 * @param {number} now
 */
function workLine({ type, layer, at, began = at, ended, error }, axis, now) {
  const what = type === 'work' ? 'waitUntil' : 'defer'
  const how = ended === undefined ? (type === 'cleanup' ? 'waits' : 'at work') : duration(ended - began)
  const words = `${what} of ${layer}, from ${duration(began)}: ${error === undefined ? how : `failed, ${error.message}`}`
  return html`<li class="line work ${error === undefined ? '' : 'threw'}">
    <span class="name" title=${words}>${what} <small>${layer}</small></span>
    <span class="bars" aria-hidden="true" title=${words}>
      ${ticks(axis)}<i
        class="span ${type}"
        .style=${between(axis, began, ended ?? (type === 'work' ? now : began))}
      ></i>
      ${began > axis.end ? html`<i class="later">later</i>` : nothing}
    </span>
    <span class="own">${how}</span>
  </li>`
}

/** @param {TimeAxis} axis */
const ticks = (axis) => axis.ticks.map((tick) => html`<i class="tick" .style=${left(axis, tick)}></i>`)

/**
 * @param {TimeAxis} axis
 * @param {number} at
 */
const left = (axis, at) => `left: ${axis.place(at).toFixed(2)}%`

/**
 * @param {TimeAxis} axis
 * @param {number} from
 * @param {number} to
 */
const between = (axis, from, to) => `${left(axis, from)}; width: ${(axis.place(to) - axis.place(from)).toFixed(2)}%`
