/** @import { Summary } from '../src/inspector/recorded.ts' */

/**
 * What the list is narrowed to. `text` is what was typed; the rest are the buttons.
 * @typedef {object} Filters
 * @property {string} text
 * @property {string} method `''` for all
 * @property {readonly number[]} classes first digits of statuses; none for all
 * @property {boolean} errors
 * @property {boolean} findings
 * @property {boolean} pinned
 */

/** @type {Filters} */
export const NO_FILTERS = { text: '', method: '', classes: [], errors: false, findings: false, pinned: false }

/**
 * Whether an exchange is to be shown. Words in the text are looked for in the path, all of them; `status:5xx`, `status:404`,
 * `method:post`, `type:json`, `is:error`, `over:100` (milliseconds) ask for more, and a minus before any of them turns it around.
 *
 * @param {Filters} filters
 * @returns {(summary: Summary) => boolean}
 */
export function matcher(filters) {
  const tests = words(filters.text).map(wordTest)
  if (filters.method !== '') tests.push((summary) => summary.method === filters.method)
  if (filters.classes.length > 0) tests.push((summary) => filters.classes.includes(classOf(summary)))
  if (filters.errors) tests.push(IS.error)
  if (filters.findings) tests.push(IS.finding)
  if (filters.pinned) tests.push(IS.pinned)
  return (summary) => tests.every((test) => test(summary))
}

/** @param {Filters} filters */
export function isFiltered(filters) {
  const { text, method, classes, errors, findings, pinned } = filters
  return text.trim() !== '' || method !== '' || classes.length > 0 || errors || findings || pinned
}

/** @typedef {(summary: Summary) => boolean} Test */

const IS = {
  /** @type {Test} */
  error: ({ errors, status }) => errors > 0 || status === null || (status ?? 0) >= 500,
  /** @type {Test} */
  finding: ({ findings }) => findings > 0,
  /** @type {Test} */
  pinned: ({ pinned }) => pinned,
  /** @type {Test} */
  aborted: ({ aborted }) => aborted,
  /** @type {Test} */
  replay: ({ replayOf }) => replayOf !== undefined,
  /** @type {Test} */
  waiting: ({ status }) => status === undefined,
}

/** @param {string} text */
const words = (text) => text.trim().split(/\s+/).filter(Boolean)

/**
 * @param {string} word
 * @returns {Test}
 */
function wordTest(word) {
  if (word.startsWith('-') && word.length > 1) {
    const test = wordTest(word.slice(1))
    return (summary) => !test(summary)
  }
  const [, key = '', value = ''] = /^(\w+):(.+)$/.exec(word) ?? []
  return keyTest(key.toLowerCase(), value.toLowerCase()) ?? pathTest(word.toLowerCase())
}

/**
 * @param {string} key
 * @param {string} value
 * @returns {Test | undefined} undefined for what is no question, so that a path may have a colon
 */
function keyTest(key, value) {
  if (key === 'status' && /^[1-5](?:xx|\d\d)$/.test(value)) {
    return ({ status }) => (value.endsWith('xx') ? String(status)[0] === value[0] : String(status) === value)
  }
  if (key === 'method') return ({ method }) => method.toLowerCase() === value
  if (key === 'type') return ({ type }) => type?.toLowerCase().includes(value) ?? false
  if (key === 'over' && /^\d+(?:ms)?$/.test(value))
    return ({ milliseconds }) => (milliseconds ?? 0) > parseInt(value, 10)
  if (key === 'is' && Object.hasOwn(IS, value)) return IS[/** @type {keyof typeof IS} */ (value)]
  return undefined
}

/**
 * @param {string} word
 * @returns {Test}
 */
const pathTest =
  (word) =>
  ({ target }) =>
    target.toLowerCase().includes(word)

/** @param {Summary} summary */
const classOf = ({ status }) => Math.floor((status ?? 0) / 100)
