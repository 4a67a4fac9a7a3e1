import { bodyWords } from './body-words.js'
import { changed, fieldChanges, recordChanges } from './field-changes.js'
import { duration } from './format.js'

/**
 * @import { Call, RecordedBody, RecordedRequest, RecordedResponse } from '../src/inspector/recorded.ts'
 * @import { Change } from './field-changes.js'
 */

/**
 * The difference between two borders next to each other, by what it is in.
 * @typedef {{ head: Change[], fields: Change[], body: Change[], context: Change[], notes: string[] }} BorderChanges
 */

/**
 * The way down: what a layer was given, against what it gave the next.
 * @param {Call} outer
 * @param {Call} inner
 * @returns {BorderChanges}
 */
export function changesDown(outer, inner) {
  const [before, after] = [outer.request, inner.request]
  return {
    head: [...valueChange('method', before.method, after.method), ...valueChange('url', before.url, after.url)],
    fields: fieldChanges(before.fields, after.fields),
    body: bodyChange(before, after),
    context: recordChanges(outer.context, inner.context),
    notes: [],
  }
}

/**
 * The way up: what the layer below answered, against what this one did.
 * @param {RecordedResponse} before
 * @param {RecordedResponse} after
 * @returns {BorderChanges}
 */
export function changesUp(before, after) {
  const note = held(before.body, after.body)
  return {
    head: valueChange('status', statusLine(before), statusLine(after)),
    fields: fieldChanges(before.fields, after.fields),
    body: bodyChange(before, after),
    context: [],
    notes: note === undefined ? [] : [note],
  }
}

/** @param {BorderChanges} changes */
export function isUnchanged({ head, fields, body, context, notes }) {
  return head.length + fields.length + body.length + context.length + notes.length === 0
}

/** @param {RecordedResponse} response */
export const statusLine = ({ status, statusText }) => `${status} ${statusText}`.trimEnd()

/**
 * @param {string} name
 * @param {string} before
 * @param {string} after
 */
const valueChange = (name, before, after) => (before === after ? [] : [changed(name, before, after)])

/**
 * A body is another one if its kind, codings or size are other; that one of two sizes was not counted says nothing.
 * @param {RecordedRequest | RecordedResponse} before
 * @param {RecordedRequest | RecordedResponse} after
 */
function bodyChange(before, after) {
  const [a, b] = [before.body, after.body]
  const sizeDiffers = a.size !== undefined && b.size !== undefined && a.size !== b.size
  if (a.kind === b.kind && !sizeDiffers && a.failed === b.failed && a.cancelled === b.cancelled) return []
  return [changed('body', inFull(before), inFull(after))]
}

/** @param {RecordedRequest | RecordedResponse} message */
function inFull({ body, fields }) {
  const words = [bodyWords(body, fields)]
  if (body.cancelled !== undefined) words.push(`cancelled (${body.cancelled})`)
  if (body.failed !== undefined) words.push(`failed (${body.failed})`)
  return words.join(' · ')
}

/**
 * That a layer kept bytes back: the first one left it a millisecond or more after it had come.
 * @param {RecordedBody} before
 * @param {RecordedBody} after
 */
function held(before, after) {
  if (before.kind !== 'stream' || before.first === undefined || after.first === undefined) return undefined
  const late = after.first - before.first
  return late < 1 ? undefined : `the first byte was held for ${duration(late)}`
}
