import { html, nothing } from 'lit-html'
import { allLayers } from '../layers.js'
import { bodyWords } from '../body-words.js'
import { counted, duration } from '../format.js'
import { lengthOf } from '../own-time.js'
import { isUnchanged, statusLine } from '../border-changes.js'
import { changesView, fieldLines } from './changes-view.js'
import { findingView } from './problems-view.js'
import { icon } from './icons.js'
import { messagesView } from './messages-view.js'

/**
 * @import { TemplateResult } from 'lit-html'
 * @import { RecordedRequest, RecordedResponse } from '../../src/inspector/recorded.ts'
 * @import { Inspector } from '../inspector.js'
 * @import { Layer } from '../layers.js'
 */

/**
 * The stack, each layer inside the one above it: to be read down on the left, as the request went, and up on the right, as the
 * response came. What stands in a layer is what it changed.
 * @param {Layer} stack
 * @param {Inspector} inspector
 */
export function layersView(stack, inspector) {
  const { request, response } = stack.call
  return html`<section class="layers" aria-labelledby="layers-title">
    <div class="section">
      <h2 id="layers-title">Layers</h2>
      <span class="note">${allLayers(stack).length === 1 ? ALONE : NOTE}</span>
    </div>
    <div class="sides heads">
      <p class="side"><span class="way">${icon('down')}Way down</span> <span>${requestLine(request)}</span></p>
      <p class="side">
        <span class="way">${icon('up')}Way up</span>
        <span>${response === undefined ? unanswered(stack) : responseLine(response)}</span>
      </p>
    </div>
    <ol class="stack">
      ${layerView(stack, inspector)}
    </ol>
  </section>`
}

const NOTE = html`What is composed without <code>stack(…)</code> shows as one layer.`
const ALONE = html`Only one: what is composed without <code>stack(…)</code> of @fsgi/core shows as one layer.`

/**
 * @param {Layer} layer
 * @param {Inspector} inspector
 * @returns {TemplateResult}
 */
function layerView(layer, inspector) {
  const { call, key, attempt, attempts, own, inner, events } = layer
  const findings = events.filter((event) => event.type === 'finding')
  return html`<li>
    <div class="layer" id="layer-${key}" tabindex="-1">
      <h3>
        ${call.layer} ${attempts > 1 ? html`<small>call ${attempt} of ${attempts}</small>` : nothing}
        <span class="own">${ownTimes(layer)}</span>
      </h3>
      <div class="sides">
        <div class="side down">
          ${inner.length === 0 ? html`<p class="same">${call.ended === undefined && own.length > 0 ? 'at work' : 'goes no further down'}</p>` : downView(layer)}
        </div>
        <div class="side up">${upView(layer)}</div>
      </div>
      ${findings.map(findingView)}
      <details class="border" ?open=${inspector.openBorders.has(key)} @toggle=${toggled(key, inspector)}>
        <summary>All that passed its border</summary>
        ${inspector.openBorders.has(key) ? messagesView(call) : nothing}
      </details>
    </div>
    ${
      inner.length === 0
        ? nothing
        : html`<ol>
            ${inner.map((below) => layerView(below, inspector))}
          </ol>`
    }
  </li>`
}

/** A border's content is drawn once it is wanted. @param {string} key @param {Inspector} inspector */
const toggled =
  (key, inspector) =>
  (/** @type {Event} */ { currentTarget }) =>
    inspector.showBorder(key, /** @type {HTMLDetailsElement} */ (currentTarget).open)

/** @param {Layer} layer */
function ownTimes({ own, inner }) {
  if (inner.length === 0) return duration(lengthOf(own))
  const between = lengthOf(own, 'between')
  return html`${icon('down')}<span class="unseen">way down </span>${duration(lengthOf(own, 'down'))}
    ${between === 0 ? nothing : html`<span class="between">between ${duration(between)}</span>`} ${icon('up')}<span
      class="unseen"
      >way up </span
    >${duration(lengthOf(own, 'up'))}`
}

/** @param {Layer} layer */
function downView({ down }) {
  if (down.every(isUnchanged))
    return html`<p class="same">nothing changed${down.length > 1 ? `, for any of ${down.length} calls` : ''}</p>`
  if (down.length === 1 && down[0] !== undefined) return changesView(down[0])
  return down.map(
    (changes, index) =>
      html`<p class="label">call ${index + 1}</p>
        ${changesView(changes)}`,
  )
}

/** @param {Layer} layer */
function upView({ answered, call, inner }) {
  if (answered.how === 'waits') return html`<p class="same">has not answered</p>`
  if (answered.how === 'wrong') return html`<p class="threw">answered with something that is no Response</p>`
  if (answered.how === 'threw') {
    return answered.passedOn
      ? html`<p class="threw">the error passed through</p>`
      : html`<p class="threw">threw ${answered.error.name}: ${answered.error.message}</p>`
  }
  if (answered.how === 'passed') {
    const { changes, from } = answered
    const which = inner.length > 1 ? html`<p class="label">against call ${from.attempt}</p>` : nothing
    return html`${which}${isUnchanged(changes) ? html`<p class="same">nothing changed</p>` : changesView(changes)}`
  }
  const { response } = call
  return html`${answered.caught === undefined ? nothing : html`<p class="threw">answered instead of the error: ${answered.caught.message}</p>`}
    <p class="made">answered ${response === undefined ? nothing : responseLine(response)}</p>
    ${fieldLines(response?.fields ?? [])}`
}

/** @param {Layer} stack */
const unanswered = ({ answered }) =>
  answered.how === 'threw' ? 'an error: the server answered in its place' : 'no response'

/** @param {RecordedRequest} request */
function requestLine({ fields, body }) {
  return html`${counted(fields.length, 'field')}, ${bodyWords(body, fields)}`
}

/** @param {RecordedResponse} response */
function responseLine(response) {
  return html`<b>${statusLine(response)}</b>, ${counted(response.fields.length, 'field')},
    ${bodyWords(response.body, response.fields)}`
}
