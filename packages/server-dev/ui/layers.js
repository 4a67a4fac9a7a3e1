import { changesDown, changesUp } from './border-changes.js'
import { ownStretches } from './own-time.js'

/**
 * @import { ErrorReport } from '../src/errors/error-report.ts'
 * @import { Call, Recorded, RecordedEvent } from '../src/inspector/recorded.ts'
 * @import { BorderChanges } from './border-changes.js'
 * @import { Stretch } from './own-time.js'
 */

/**
 * One call of a layer, with what it changed on the way down and up.
 * @typedef {object} Layer
 * @property {Call} call
 * @property {string} key its place: `0.0.2` is the third call that the second layer made
 * @property {number} depth from 0
 * @property {number} attempt which call of the layer above this is, from 1
 * @property {number} attempts how many there are
 * @property {Stretch[]} own
 * @property {BorderChanges[]} down for each call that it made
 * @property {Answered} answered
 * @property {readonly RecordedEvent[]} events what is to be said of the layer of this name, at its first call
 * @property {Layer[]} inner
 */

/**
 * How a layer's call ended. `passed`: with the answer of the call below that is `from`, and these changes; `made`: with one of
 * its own, in spite of `caught` where the layer below had thrown; `threw`: with an error, its own unless `passedOn`; `wrong`: with
 * something that is no response.
 * @typedef {{ how: 'waits' }
 *   | { how: 'wrong' }
 *   | { how: 'passed', changes: BorderChanges, from: Layer }
 *   | { how: 'made', caught: ErrorReport | undefined }
 *   | { how: 'threw', error: ErrorReport, passedOn: boolean }} Answered
 */

/**
 * The stack of an exchange.
 * @param {Recorded} recorded
 * @param {number} now milliseconds since the exchange began
 * @returns {Layer | undefined} undefined where the application was not reached
 */
export function stackOf({ top, events }, now) {
  if (top === undefined) return undefined
  const named = new Set()
  return layer(top, '0', 0, 1, 1)

  /**
   * @param {Call} call
   * @param {string} key
   * @param {number} depth
   * @param {number} attempt
   * @param {number} attempts
   * @returns {Layer}
   */
  function layer(call, key, depth, attempt, attempts) {
    const isFirst = !named.has(call.layer)
    named.add(call.layer)
    const inner = call.calls.map((below, index) =>
      layer(below, `${key}.${index}`, depth + 1, index + 1, call.calls.length),
    )
    return {
      call,
      key,
      depth,
      attempt,
      attempts,
      own: ownStretches(call, now),
      down: call.calls.map((below) => changesDown(call, below)),
      answered: answered(call, inner),
      events: isFirst ? events.filter((event) => event.layer === call.layer) : [],
      inner,
    }
  }
}

/**
 * All layers, each before those below it.
 * @param {Layer} top
 * @returns {Layer[]}
 */
export function allLayers(top) {
  return [top, ...top.inner.flatMap(allLayers)]
}

/**
 * What has happened in no layer that is shown: in the server, or in what is not part of a `stack`.
 * @param {Recorded} recorded
 * @param {Layer | undefined} top
 */
export function eventsElsewhere({ events }, top) {
  const names = new Set(top && allLayers(top).map(({ call }) => call.layer))
  return events.filter((event) => !names.has(event.layer))
}

/**
 * @param {Call} call
 * @param {Layer[]} inner
 * @returns {Answered}
 */
function answered({ ended, response, error }, inner) {
  if (error !== undefined)
    return { how: 'threw', error, passedOn: inner.some((below) => isSame(below.call.error, error)) }
  if (response === undefined) return ended === undefined ? { how: 'waits' } : { how: 'wrong' }
  const from = inner.findLast((below) => below.call.response !== undefined)
  if (from?.call.response !== undefined)
    return { how: 'passed', changes: changesUp(from.call.response, response), from }
  return { how: 'made', caught: inner.findLast((below) => below.call.error !== undefined)?.call.error }
}

/**
 * @param {ErrorReport | undefined} a
 * @param {ErrorReport} b
 */
function isSame(a, b) {
  const [one, other] = [a?.frames[0], b.frames[0]]
  return a?.name === b.name && a.message === b.message && one?.file === other?.file && one?.line === other?.line
}
