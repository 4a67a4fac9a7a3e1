/** @import { Summary } from '../src/inspector/recorded.ts' */

/** The exchanges that the server knows, as far as the list shows them. */
export class Exchanges {
  /** @type {Map<number, Summary>} */
  #byId = new Map()
  /** @type {readonly Summary[] | undefined} */
  #newestFirst
  /** As it was when the list was stopped. @type {readonly Summary[] | undefined} */
  #stopped

  /** @param {readonly Summary[]} summaries */
  reset(summaries) {
    this.#byId = new Map(summaries.map((summary) => [summary.id, summary]))
    this.#newestFirst = undefined
    if (this.#stopped !== undefined) this.#stopped = this.#stopped.filter(({ id }) => this.#byId.has(id))
  }

  /** @param {Summary} summary */
  put(summary) {
    this.#byId.set(summary.id, summary)
    this.#newestFirst = undefined
  }

  /** Forgets all but those that are pinned. */
  clear() {
    this.reset([...this.#byId.values()].filter(({ pinned }) => pinned))
  }

  /** @param {number} id */
  get(id) {
    return this.#byId.get(id)
  }

  /** Forgets the oldest that are not pinned, as the server does. @param {number} most how many the server keeps */
  trim(most) {
    for (const summary of this.newestFirst().toReversed()) {
      if (this.#byId.size <= most) return
      if (summary.pinned) continue
      this.#byId.delete(summary.id)
      this.#newestFirst = undefined
    }
  }

  /** @returns {readonly Summary[]} */
  newestFirst() {
    this.#newestFirst ??= [...this.#byId.values()].toSorted((a, b) => b.id - a.id)
    return this.#newestFirst
  }

  /** What is to be shown: while the list is stopped, no new ones; what is known of the others is up to date. */
  shown() {
    return this.#stopped?.map((summary) => this.#byId.get(summary.id) ?? summary) ?? this.newestFirst()
  }

  /** How many came since the list was stopped. */
  get held() {
    if (this.#stopped === undefined) return 0
    const last = this.#stopped[0]?.id ?? 0
    return this.newestFirst().filter(({ id }) => id > last).length
  }

  get isStopped() {
    return this.#stopped !== undefined
  }

  /** @param {boolean} stopped */
  stop(stopped) {
    this.#stopped = stopped ? this.newestFirst() : undefined
  }

  /** @param {number} id @returns {readonly Summary[]} the repetitions of an exchange, the oldest first */
  replaysOf(id) {
    return this.newestFirst()
      .filter(({ replayOf }) => replayOf === id)
      .toReversed()
  }
}
