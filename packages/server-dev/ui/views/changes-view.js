import { html, nothing } from 'lit-html'
import { changedPart } from '../changed-part.js'
import { redactedParts } from '../redacted.js'
import { isUnchanged } from '../border-changes.js'

/**
 * @import { Field } from '../../src/inspector/recorded.ts'
 * @import { BorderChanges } from '../border-changes.js'
 * @import { Change } from '../field-changes.js'
 */

/** What changed from one border to the next, line by line. @param {BorderChanges} changes */
export function changesView(changes) {
  if (isUnchanged(changes)) return html`<p class="same">nothing changed</p>`
  const { head, fields, body, context, notes } = changes
  return html`<ul class="changes">
    ${head.map((change) => changeLine(change))} ${fields.map((change) => changeLine(change))}
    ${body.map((change) => changeLine(change, { whole: true }))}
    ${context.map((change) => changeLine(change, { of: 'context' }))}
    ${notes.map((note) => html`<li class="note">${note}</li>`)}
  </ul>`
}

const SIGNS = { added: '+', removed: '−', changed: '~' }

/**
 * @param {Change} change
 * @param {{ of?: string, whole?: boolean }} [how] `whole`: words, of which no part is set apart
 */
function changeLine({ kind, name, before = '', after = '' }, { of, whole = false } = {}) {
  return html`<li class=${kind}>
    <span class="sign" aria-hidden="true">${SIGNS[kind]}</span><span class="unseen">${kind}</span>
    <span class="what"
      >${of === undefined ? nothing : html`<small>${of}</small> `}<b>${name}</b> ${
        kind === 'changed'
          ? changedValue(before, after, whole)
          : html`<span>${value(kind === 'added' ? after : before)}</span>`
      }</span
    >
  </li>`
}

/** One value with both its states, where they have much in common; else one after the other. @param {string} before @param {string} after @param {boolean} whole */
function changedValue(before, after, whole) {
  const part = changedPart(before, after)
  if (whole || part.head.length + part.tail.length < Math.min(before.length, after.length) / 2) {
    return html`<span
      ><del>${value(before)}</del> <span class="to" aria-hidden="true">→</span> <ins>${value(after)}</ins></span
    >`
  }
  return html`<span
    >${part.head}${part.before === '' ? nothing : html`<del>${value(part.before)}</del>`}${part.after === '' ? nothing : html`<ins>${value(part.after)}</ins>`}${part.tail}</span
  >`
}

/** @param {readonly Field[]} fields */
export function fieldLines(fields) {
  if (fields.length === 0) return nothing
  return html`<dl class="fields">
    ${fields.map(
      ([name, text]) =>
        html`<div>
          <dt>${name}:</dt>
          <dd>${value(text)}</dd>
        </div>`,
    )}
  </dl>`
}

/** @param {string} text */
function value(text) {
  if (text === '') return html`<i>empty</i>`
  return redactedParts(text).map(({ text, isRedacted }) =>
    isRedacted ? html`<span class="secret" title="${WHY}">${text}</span>` : text,
  )
}

const WHY = 'Left out because it may be secret; equal values have equal digits'
