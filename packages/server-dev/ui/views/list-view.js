import { html, nothing } from 'lit-html'
import { classMap } from 'lit-html/directives/class-map.js'
import { repeat } from 'lit-html/directives/repeat.js'
import { clock, counted, duration, size } from '../format.js'
import { statusKind, statusName } from '../status.js'
import { icon } from './icons.js'

/**
 * @import { Summary } from '../../src/inspector/recorded.ts'
 * @import { Inspector } from '../inspector.js'
 * @import { ListRow } from '../list-rows.js'
 * @import { VirtualList } from '../virtual-list.js'
 */

/**
 * The exchanges, the newest first: only the lines in view are in the document.
 * @param {Inspector} inspector
 * @param {readonly ListRow[]} rows
 * @param {VirtualList} list
 */
export function listView(inspector, rows, list) {
  const { from, to, offset, height } = list.place(rows, inspector.cursor)
  const drawn = rows.slice(from, to)
  const active = drawn.some(({ key }) => key === inspector.cursor) ? `exchange-${inspector.cursor}` : nothing
  return html`
    <div class="row columns" aria-hidden="true">
      <span>Status</span><span>Method</span><span>Target</span><span class="marks"></span><span class="type">Type</span>
      <span class="size">Size</span><span class="time">Time</span><span class="at">At</span>
    </div>
    <div
      class="rows"
      role="grid"
      tabindex="0"
      aria-label="Exchanges, the newest first"
      aria-rowcount=${rows.length}
      aria-activedescendant=${active}
      @scroll=${(/** @type {Event} */ { currentTarget }) => {
        list.scrolled(/** @type {HTMLElement} */ (currentTarget), rows)
        inspector.changed()
      }}
    >
      <div class="all" role="presentation" .style=${`height: ${height}px`}>
        <div class="drawn" role="presentation" .style=${`transform: translateY(${offset}px)`}>
          ${repeat(
            drawn,
            ({ key }) => key,
            (row, index) =>
              row.kind === 'code'
                ? codeRow(row.version, from + index)
                : exchangeRow(row.summary, from + index, inspector),
          )}
        </div>
      </div>
    </div>
  `
}

/**
 * @param {number} version
 * @param {number} index
 */
function codeRow(version, index) {
  return html`<div class="row code" role="row" aria-rowindex=${index + 1}>
    <span role="gridcell">code reloaded <b>${version}</b></span>
  </div>`
}

/**
 * @param {Summary} summary
 * @param {number} index
 * @param {Inspector} inspector
 */
function exchangeRow(summary, index, inspector) {
  const { id, method, target, status, type, milliseconds, at } = summary
  const shown = inspector.screen.name === 'exchange' && inspector.screen.id === id
  const classes = { row: true, exchange: true, cursor: inspector.cursor === id, shown, [statusKind(status)]: true }
  return html`<div
    class=${classMap(classes)}
    id="exchange-${id}"
    role="row"
    aria-rowindex=${index + 1}
    aria-selected=${shown}
    aria-label=${inWords(summary)}
    @click=${() => inspector.show({ name: 'exchange', id })}
  >
    <span role="gridcell" class="status" title=${statusName(status)}>${statusShort(status)}</span>
    <span role="gridcell" class="method">${method}</span>
    <span role="gridcell" class="target" title=${target}>${targetParts(target)}</span>
    <span role="gridcell" class="marks">${marks(summary)}</span>
    <span role="gridcell" class="type">${type ?? ''}</span>
    <span role="gridcell" class="size">${summary.size === undefined ? '' : size(summary.size)}</span>
    <span role="gridcell" class="time" .style=${`--share: ${share(milliseconds)}`}
      >${milliseconds === undefined ? '…' : duration(milliseconds)}</span
    >
    <span role="gridcell" class="at">${clock(at)}</span>
  </div>`
}

/** @param {number | null | undefined} status */
export const statusShort = (status) => (status === undefined ? '…' : (status ?? '—'))

/** @param {string} target */
function targetParts(target) {
  const query = target.indexOf('?')
  return query === -1 ? target : html`${target.slice(0, query)}<i>${target.slice(query)}</i>`
}

/** @param {Summary} summary */
function marks({ findings, errors, aborted, replayOf, pinned }) {
  return html`${findings > 0 ? mark('rule', `${counted(findings, 'rule')} broken`, findings) : nothing}
  ${errors > 0 ? mark('error', counted(errors, 'error'), errors) : nothing}
  ${aborted ? mark('aborted', 'cut off: the client did not get all of it', nothing) : nothing}
  ${replayOf === undefined ? nothing : mark('replay', `a repetition of exchange ${replayOf}`, nothing)}
  ${pinned ? mark('pin', 'pinned', nothing) : nothing}`
}

/**
 * @param {'rule' | 'error' | 'aborted' | 'replay' | 'pin'} name
 * @param {string} words
 * @param {unknown} text
 */
const mark = (name, words, text) => html`<span class="mark ${name}" title=${words}>${icon(name)}${text}</span>`

/** @param {Summary} summary */
function inWords({ id, method, target, status, milliseconds, findings, errors, aborted, replayOf, pinned }) {
  const words = [`${method} ${target}`, `${statusShort(status)} ${statusName(status)}`]
  if (milliseconds !== undefined) words.push(duration(milliseconds))
  if (findings > 0) words.push(`${counted(findings, 'rule')} broken`)
  if (errors > 0) words.push(counted(errors, 'error'))
  if (aborted) words.push('cut off')
  if (replayOf !== undefined) words.push(`repetition of ${replayOf}`)
  if (pinned) words.push('pinned')
  return [...words, `number ${id}`].join(', ')
}

/** How much of its cell the bar behind a duration takes: by powers of ten, all of it from ten seconds on. @param {number | undefined} milliseconds */
const share = (milliseconds) => Math.min(1, Math.log10((milliseconds ?? 0) + 1) / 4).toFixed(3)
