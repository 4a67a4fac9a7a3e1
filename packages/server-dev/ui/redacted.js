/**
 * Whether a value, or a part of it, was left out because it may be secret.
 * @param {string} value
 */
export const isRedacted = (value) => value.search(MARK) !== -1

/**
 * A value in pieces, so that what was left out can be shown as such.
 * @param {string} value
 */
export function redactedParts(value) {
  return value
    .split(MARK)
    .map((text, index) => ({ text, isRedacted: index % 2 === 1 }))
    .filter(({ text }) => text !== '')
}

/** How the recorder writes it. In parentheses, so that `split` keeps it. */
const MARK = /(\[redacted [0-9a-f]{4}\])/
