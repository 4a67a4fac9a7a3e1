import { counted, duration, size } from './format.js'

/** @import { Field, RecordedBody } from '../src/inspector/recorded.ts' */

/**
 * A body in a few words: `bytes · gzip · 512 B`, `stream · 3 chunks · 1.2 MB`.
 * @param {RecordedBody} body
 * @param {readonly Field[]} fields of the message, for the codings
 */
export function bodyWords(body, fields) {
  if (body.kind === 'none') return 'no body'
  const words = [KINDS[body.kind]]
  const codings = codingsOf(fields)
  if (codings !== '') words.push(codings)
  if (body.chunks !== undefined && body.kind === 'stream') words.push(counted(body.chunks, 'chunk'))
  if (body.size !== undefined) words.push(size(body.size))
  return words.join(' · ')
}

/**
 * What is to be said of its way: when it passed, and why it ended early.
 * @param {RecordedBody} body
 * @returns {string[]}
 */
export function bodyNotes({ first, last, cancelled, failed }) {
  const notes = []
  if (first !== undefined) notes.push(`first byte at ${duration(first)}`)
  if (last !== undefined) notes.push(`last at ${duration(last)}`)
  if (cancelled !== undefined) notes.push(`cancelled: ${cancelled}`)
  if (failed !== undefined) notes.push(`failed: ${failed}`)
  return notes
}

/** @param {readonly Field[]} fields */
function codingsOf(fields) {
  const values = fields.filter(([name]) => name === 'content-encoding').map(([, value]) => value)
  return values.join(', ')
}

const KINDS = { bytes: 'bytes', file: 'file', stream: 'stream' }
