/**
 * Two texts with what differs between them set apart, to the borders of words: `accept` and `accept, origin` differ in
 * `, origin`.
 * @typedef {{ head: string, before: string, after: string, tail: string }} ChangedPart
 * @param {string} before
 * @param {string} after
 * @returns {ChangedPart}
 */
export function changedPart(before, after) {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head++
  let tail = 0
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  while (head > 0 && (cutsWord(before, head) || cutsWord(after, head))) head--
  while (tail > 0 && (cutsWord(before, before.length - tail) || cutsWord(after, after.length - tail))) tail--
  return {
    head: after.slice(0, head),
    before: before.slice(head, before.length - tail),
    after: after.slice(head, after.length - tail),
    tail: after.slice(after.length - tail),
  }
}

/**
 * @param {string} text
 * @param {number} index
 */
function cutsWord(text, index) {
  return index > 0 && index < text.length && /[\w.%-]{2}/.test(text.slice(index - 1, index + 1))
}
