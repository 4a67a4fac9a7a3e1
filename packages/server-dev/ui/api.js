/** @import { CountedFinding, Recorded, Summary } from '../src/inspector/recorded.ts' */

/** @typedef {{ version: number, kept: number, dropped: number, exchanges: Summary[] }} Listing */

/** The server said no. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/**
 * What the server can be asked. Everything rejects with `Refused` where it says no, and with a TypeError where it is not there.
 * @typedef {ReturnType<typeof makeApi>} Api
 * @param {string} token
 */
export function makeApi(token) {
  const base = '/__fsgi/api/'

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   */
  async function ask(method, path, body) {
    /** @type {Record<string, string>} */
    const headers = { 'x-fsgi-token': token }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const response = await fetch(base + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    })
    if (!response.ok) throw new Refused(response.status, (await response.text()).trim())
    return response.status === 204 ? undefined : await response.json()
  }

  return {
    /** @returns {Promise<Listing>} */
    exchanges: () => ask('GET', 'exchanges'),
    /** @returns {Promise<Recorded>} */
    exchange: (/** @type {number} */ id) => ask('GET', `exchanges/${id}`),
    /** @returns {Promise<{ id: number }>} */
    replay: (/** @type {number} */ id) => ask('POST', `exchanges/${id}/replay`),
    /** @returns {Promise<void>} */
    pin: (/** @type {number} */ id, /** @type {boolean} */ pinned) => ask('POST', `exchanges/${id}/pin`, { pinned }),
    /** @returns {Promise<void>} */
    clear: () => ask('DELETE', 'exchanges'),
    /** @returns {Promise<CountedFinding[]>} */
    findings: () => ask('GET', 'findings'),
    /** @returns {Promise<void>} */
    open: (/** @type {{ file: string, line: number, column: number }} */ place) => ask('POST', 'open', place),
    /** @returns {Promise<void>} */
    useLast: () => ask('POST', 'last'),
    events: () => new EventSource(`${base}events?token=${encodeURIComponent(token)}`),
  }
}
