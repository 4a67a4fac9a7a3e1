import { Refused } from './api.js'

/**
 * @import { Recorded } from '../src/inspector/recorded.ts'
 * @import { Api } from './api.js'
 */

/** @typedef {{ state: 'loading' } | { state: 'ready', recorded: Recorded } | { state: 'gone' } | { state: 'failed', why: string }} Reading */

const MOST = 40

/** The recordings of the exchanges that were looked at last, asked for when they are wanted. */
export class Recordings {
  /** @type {Map<number, Reading>} */
  #readings = new Map()
  /** Those of which there is more to know than was asked for. @type {Set<number>} */
  #stale = new Set()
  /** @type {Set<number>} */
  #asked = new Set()

  /**
   * @param {Api} api
   * @param {() => void} changed
   */
  constructor(api, changed) {
    this.api = api
    this.changed = changed
  }

  /** What is known of an exchange; the rest is asked for. @param {number} id @returns {Reading} */
  get(id) {
    const known = this.#readings.get(id)
    if ((known === undefined || this.#stale.has(id)) && !this.#asked.has(id)) void this.#ask(id)
    return known ?? { state: 'loading' }
  }

  /** @param {number} id */
  async read(id) {
    const known = this.#readings.get(id)
    return known?.state === 'ready' && !this.#stale.has(id) ? known.recorded : await this.api.exchange(id)
  }

  /** There is more to know of an exchange. @param {number} id */
  stale(id) {
    if (this.#readings.has(id) || this.#asked.has(id)) this.#stale.add(id)
  }

  /** Everything may have changed: the connection was lost. */
  forget() {
    for (const id of this.#readings.keys()) this.#stale.add(id)
  }

  /** @param {number} id */
  async #ask(id) {
    this.#asked.add(id)
    this.#stale.delete(id)
    const reading = await this.#reading(id)
    this.#asked.delete(id)
    this.#readings.delete(id)
    this.#readings.set(id, reading)
    for (const oldest of this.#readings.keys()) {
      if (this.#readings.size <= MOST) break
      this.#readings.delete(oldest)
    }
    this.changed()
  }

  /** @param {number} id @returns {Promise<Reading>} */
  async #reading(id) {
    try {
      return { state: 'ready', recorded: await this.api.exchange(id) }
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return { state: 'gone' }
      return { state: 'failed', why: error instanceof Error ? error.message : String(error) }
    }
  }
}
