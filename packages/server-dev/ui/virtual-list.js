/** @import { ListRow } from './list-rows.js' */

const SPARE = 8 // lines drawn beyond each end, so that scrolling shows no gap

/**
 * Which lines of a long list are to be drawn: those in view. All have the same height. New lines at the top do not move
 * what is being looked at, unless that is the top itself.
 */
export class VirtualList {
  #top = 0
  #height = 600
  #line = 30
  /** @type {{ key: ListRow['key'], offset: number } | undefined} */
  #anchor
  /** @type {number | undefined} */
  #revealed

  /** @param {HTMLElement} element its scrolling box */
  measure(element) {
    this.#height = element.clientHeight
    this.#line = parseFloat(getComputedStyle(element).getPropertyValue('--line')) || 30
  }

  /** The reader has scrolled. @param {HTMLElement} element @param {readonly ListRow[]} rows */
  scrolled(element, rows) {
    this.#top = element.scrollTop
    this.#remember(rows)
  }

  /**
   * @param {readonly ListRow[]} rows
   * @param {number | undefined} cursor the exchange that must be in view once it has become the cursor
   */
  place(rows, cursor) {
    const anchor = this.#anchor
    if (anchor !== undefined && this.#top > 0) {
      const index = rows.findIndex(({ key }) => key === anchor.key)
      if (index !== -1) this.#top = index * this.#line + anchor.offset
    }
    if (cursor !== this.#revealed) this.#reveal(rows, cursor)
    this.#top = Math.max(0, Math.min(this.#top, rows.length * this.#line - this.#height))
    this.#remember(rows)
    const from = Math.max(0, Math.floor(this.#top / this.#line) - SPARE)
    const to = Math.min(rows.length, Math.ceil((this.#top + this.#height) / this.#line) + SPARE)
    return { from, to, offset: from * this.#line, height: rows.length * this.#line }
  }

  /** After drawing: the box is where it was thought to be. @param {HTMLElement} element */
  settle(element) {
    if (Math.abs(element.scrollTop - this.#top) > 1) element.scrollTop = this.#top
  }

  /** @param {readonly ListRow[]} rows @param {number | undefined} cursor */
  #reveal(rows, cursor) {
    const index = rows.findIndex(({ key }) => key === cursor)
    if (index === -1) return
    this.#revealed = cursor
    const top = index * this.#line
    if (top < this.#top) this.#top = top
    if (top + this.#line > this.#top + this.#height) this.#top = top + this.#line - this.#height
  }

  /** @param {readonly ListRow[]} rows */
  #remember(rows) {
    const index = Math.floor(this.#top / this.#line)
    const row = rows[index]
    this.#anchor = row && { key: row.key, offset: this.#top - index * this.#line }
  }
}
