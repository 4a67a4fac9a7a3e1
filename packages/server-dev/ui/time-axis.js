/**
 * @import { Call, Recorded } from '../src/inspector/recorded.ts'
 */

/**
 * The stretch of time that is drawn. What goes on after it is cut off at its end.
 * @typedef {object} TimeAxis
 * @property {number} end milliseconds
 * @property {(at: number) => number} place from 0 to 100
 * @property {readonly number[]} ticks round times, the first 0
 */

/**
 * When the layers were done, bodies included; and when all was: the server, and the work beside the answer.
 * @param {Recorded} recorded
 * @param {number} now milliseconds since the exchange began
 */
export function endsOf({ outcome, top, events }, now) {
  const over = outcome?.milliseconds ?? now
  const layers = top === undefined ? over : lastTime(top, now, over)
  const work = events.map((event) => ('ended' in event ? (event.ended ?? event.at) : event.at))
  return { layers, all: Math.max(layers, over, ...work) }
}

/**
 * @param {number} end milliseconds
 * @returns {TimeAxis}
 */
export function timeAxis(end) {
  const safe = Math.max(end, 0.01)
  const step = roundStep(safe / 5)
  const ticks = []
  for (let count = 0; count * step <= safe * 0.999; count++) ticks.push(count * step)
  return { end: safe, place: (at) => Math.min(100, Math.max(0, (at / safe) * 100)), ticks }
}

/**
 * The next of 1, 2, 5, 10, 20 …, so that no more than six ticks are drawn.
 * @param {number} least
 */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = [1, 2, 5, 10].find((factor) => factor * power >= least * 0.9999) ?? 10
  return factor * power
}

/**
 * @param {Call} call
 * @param {number} now
 * @param {number} over when the exchange was over: until then a body passes that has no end
 * @returns {number}
 */
function lastTime({ ended, request, response, calls }, now, over) {
  const bodies = [request.body, response?.body].map((body) => body?.last ?? (body?.first === undefined ? 0 : over))
  return Math.max(ended ?? now, ...bodies, ...calls.map((call) => lastTime(call, now, over)))
}
