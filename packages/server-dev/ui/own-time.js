/** @import { Call } from '../src/inspector/recorded.ts' */

/**
 * A stretch of a layer's own time. `down`: before it called the next layer; `up`: after; `between`: from one call to the next,
 * where it tries again; `alone`: it made no call.
 * @typedef {{ part: 'down' | 'between' | 'up' | 'alone', from: number, to: number }} Stretch
 */

/**
 * The time that a layer spent itself: its call without the calls that it made. Calls at the same time are taken off once.
 * @param {Call} call
 * @param {number} now what counts as the end of a call that has not ended
 * @returns {Stretch[]} in order, without those that took no time
 */
export function ownStretches(call, now) {
  const end = Math.max(call.began, call.ended ?? now)
  if (call.calls.length === 0) return stretch('alone', call.began, end)
  const inner = call.calls.toSorted((a, b) => a.began - b.began)
  /** @type {Stretch[]} */
  const found = []
  let at = call.began
  inner.forEach(({ began, ended }, index) => {
    found.push(...stretch(index === 0 ? 'down' : 'between', at, Math.min(began, end)))
    at = Math.max(at, Math.min(ended ?? end, end))
  })
  // A call that goes on when this one has ended leaves nothing of the way up.
  return [...found, ...stretch('up', at, end)]
}

/**
 * @param {readonly Stretch[]} stretches
 * @param {Stretch['part'][]} parts which to count; none for all
 * @returns {number} milliseconds
 */
export function lengthOf(stretches, ...parts) {
  const counted = stretches.filter(({ part }) => parts.length === 0 || parts.includes(part))
  return counted.reduce((sum, { from, to }) => sum + to - from, 0)
}

/**
 * @param {Stretch['part']} part
 * @param {number} from
 * @param {number} to
 * @returns {Stretch[]}
 */
function stretch(part, from, to) {
  return to > from ? [{ part, from, to }] : []
}
