/**
 * Whether a value, or a part of it, was left out because it is secret.
 * @param {string} value
 */
export const isRedacted = (value) => value.includes(MARK)

/** How the recorder writes it. */
const MARK = '[redacted'
