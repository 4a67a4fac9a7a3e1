import { Refused } from './api.js'

/**
 * @import { Summary } from '../src/inspector/recorded.ts'
 * @import { Api, Listing } from './api.js'
 */

/**
 * Who is told. `listing`: everything, after each connection; the rest: what has changed since.
 * @typedef {object} Listener
 * @property {(listing: Listing) => void} listing
 * @property {(summary: Summary) => void} exchange
 * @property {() => void} cleared
 * @property {(code: { version: number, failed: string | null }) => void} code
 * @property {() => void} findings
 * @property {(state: 'live' | 'lost' | 'refused') => void} connection
 */

const RETRY = 1000 // ms

/**
 * Follows the server, for ever: a connection that breaks is made again, and then all is asked for anew, as something may
 * have been missed. `refused`: the server was started anew, and has another token.
 *
 * @param {Api} api
 * @param {Listener} listener
 */
export function followServer(api, listener) {
  /** Events that arrive while the listing is on its way; it may be older than they. @type {(() => void)[] | undefined} */
  let waiting
  const events = api.events()

  /**
   * @param {string} name
   * @param {(data: any) => void} take
   */
  const on = (name, take) =>
    events.addEventListener(name, (event) => {
      const apply = () => take(event.data === '' ? undefined : JSON.parse(event.data))
      if (waiting === undefined) apply()
      else waiting.push(apply)
    })
  on('exchange', listener.exchange)
  on('cleared', listener.cleared)
  on('code', listener.code)
  on('findings', listener.findings)

  events.addEventListener('open', () => void askAll())
  events.addEventListener('error', () => {
    if (events.readyState === EventSource.CLOSED) api.exchanges().then(() => again(), again)
    else listener.connection('lost') // the browser tries again by itself
  })

  async function askAll() {
    /** @type {(() => void)[]} */
    const mine = []
    waiting = mine
    try {
      const listing = await api.exchanges()
      if (waiting !== mine) return // there is a newer connection
      listener.listing(listing)
      listener.connection('live')
      waiting = undefined
      for (const apply of mine) apply()
    } catch (error) {
      again(error)
    }
  }

  /** @param {unknown} [error] */
  function again(error) {
    events.close()
    if (error instanceof Refused && error.status === 403) return listener.connection('refused')
    listener.connection('lost')
    setTimeout(() => followServer(api, listener), RETRY)
  }
}
