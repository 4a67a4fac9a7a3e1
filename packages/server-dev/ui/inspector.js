import { copyText } from './copy-text.js'
import { curlCommand } from './curl.js'
import { Exchanges } from './exchanges.js'
import { followServer } from './live-updates.js'
import { listRows } from './list-rows.js'
import { loadAgain } from './load-again.js'
import { matcher, NO_FILTERS } from './filter.js'
import { Notice } from './notice.js'
import { Recordings } from './recordings.js'

/**
 * @import { Frame } from '../src/errors/stack-frames.ts'
 * @import { CountedFinding, Summary } from '../src/inspector/recorded.ts'
 * @import { Api } from './api.js'
 * @import { Filters } from './filter.js'
 */

/**
 * What is shown besides the list: nothing, an exchange, or the rules that are broken.
 * @typedef {{ name: 'list' } | { name: 'exchange', id: number } | { name: 'findings' }} Screen
 */

/** All that the page knows, and all that can be done with it. It draws nothing: `changed` is called when there is something new to draw. */
export class Inspector {
  exchanges = new Exchanges()
  /** @type {'connecting' | 'live' | 'lost' | 'refused'} */
  connection = 'connecting'
  /** @type {number | undefined} */
  version
  /** Why the newest code did not start. @type {string | null} */
  failed = null
  /** @type {Filters} */
  filters = NO_FILTERS
  /** @type {Screen} */
  screen = { name: 'list' }
  /** The line of the list that the keyboard is at. @type {number | undefined} */
  cursor
  /** @type {readonly CountedFinding[]} */
  findings = []
  help = false

  /** Whether the time axis goes on to the end of the last work. */
  wholeTime = false
  /** The layers, by their place, of which all that passed their border is shown. @type {Set<string>} */
  openBorders = new Set()

  #kept = Infinity
  /**
   * @param {Api} api
   * @param {() => void} changed
   */
  constructor(api, changed) {
    this.api = api
    this.changed = changed
    this.recordings = new Recordings(api, changed)
    this.notice = new Notice(changed)
  }

  follow() {
    followServer(this.api, {
      listing: ({ version, kept, exchanges }) => {
        this.version = version
        this.#kept = kept
        this.exchanges.reset(exchanges)
        this.recordings.forget()
        this.#askFindings()
        this.changed()
      },
      exchange: (summary) => this.#take(summary),
      cleared: () => {
        this.exchanges.clear()
        this.changed()
      },
      code: ({ version, failed }) => {
        this.version = version
        this.failed = failed
        this.#askFindings()
        this.changed()
      },
      findings: () => this.#askFindings(),
      connection: (state) => {
        this.connection = state
        if (state === 'refused') loadAgain()
        this.changed()
      },
    })
  }

  /** @param {Summary} summary */
  #take(summary) {
    this.exchanges.put(summary)
    this.exchanges.trim(this.#kept)
    this.recordings.stale(summary.id)
    this.changed()
  }

  #askFindings() {
    this.api.findings().then(
      (findings) => {
        this.findings = findings
        this.changed()
      },
      () => {}, // the connection's own trouble is shown already
    )
  }

  /** The lines of the list. */
  rows() {
    return listRows(this.exchanges.shown().filter(matcher(this.filters)), this.version)
  }

  /** @param {Partial<Filters>} filters */
  filter(filters) {
    this.filters = { ...this.filters, ...filters }
    this.changed()
  }

  /** @param {Screen} screen */
  show(screen) {
    this.screen = screen
    if (screen.name === 'exchange') this.cursor = screen.id
    this.changed()
  }

  /** Moves to another line; where an exchange is shown, to the next one. @param {number} step */
  move(step) {
    const ids = this.rows().flatMap((row) => (row.kind === 'exchange' ? row.summary.id : []))
    if (ids.length === 0) return
    const index = this.cursor === undefined ? -1 : ids.indexOf(this.cursor)
    const next = Math.min(ids.length - 1, Math.max(0, index + step)) // without a cursor, one step down is the first
    this.cursor = ids[next]
    if (this.screen.name === 'exchange') this.screen = { name: 'exchange', id: /** @type {number} */ (this.cursor) }
    this.changed()
  }

  /** @param {boolean} whole */
  showWholeTime(whole) {
    this.wholeTime = whole
    this.changed()
  }

  /** @param {string} key @param {boolean} shown */
  showBorder(key, shown) {
    if (shown) this.openBorders.add(key)
    else this.openBorders.delete(key)
    this.changed()
  }

  togglePause() {
    this.exchanges.stop(!this.exchanges.isStopped)
    this.notice.say(this.exchanges.isStopped ? 'Paused: new requests are recorded but not listed' : 'The list is live')
  }

  /** After a failed start: requests are answered by the code that worked before, until the next change. */
  async useLast() {
    if (!(await this.notice.done('did not work', () => this.api.useLast()))) return
    this.notice.say('The last working version answers, until the next change')
  }

  async clear() {
    if (!(await this.notice.done('could not be cleared', () => this.api.clear()))) return
    this.exchanges.clear()
    this.notice.say('Cleared: what is pinned has stayed')
  }

  /** @param {number} id */
  async pin(id) {
    const summary = this.exchanges.get(id)
    if (summary === undefined) return
    const pinned = !summary.pinned
    if (!(await this.notice.done('could not be pinned', () => this.api.pin(id, pinned)))) return
    this.exchanges.put({ ...(this.exchanges.get(id) ?? summary), pinned })
    this.notice.say(pinned ? 'Pinned: it stays when the list is cleared' : 'No longer pinned')
  }

  /** @param {number} id */
  async replay(id) {
    const made = await this.notice.attempt('could not be sent again', () => this.api.replay(id))
    if (made === undefined) return
    this.show({ name: 'exchange', id: made.id })
    this.notice.say(`Sent again: this is the new exchange, ${made.id}`)
  }

  /** @param {number} id */
  async copyCurl(id) {
    const recorded = await this.notice.attempt('could not be read', () => this.recordings.read(id))
    if (recorded === undefined) return
    const done = await copyText(curlCommand(recorded, location.origin))
    this.notice.say(done ? 'Copied as a curl command' : 'This browser does not let the page copy')
  }

  /** @param {Frame} frame */
  async openInEditor({ file, line, column }) {
    const done = await this.notice.done('could not be opened in the editor', () =>
      this.api.open({ file, line, column }),
    )
    if (done) this.notice.say('Opened in the editor')
  }

  toggleHelp(shown = !this.help) {
    this.help = shown
    this.changed()
  }
}
